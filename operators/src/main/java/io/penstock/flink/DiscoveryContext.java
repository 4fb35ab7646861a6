package io.penstock.flink;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;

/**
 * Knows when the Kafka enumerator has done all it began: its discovery of partitions is a chain of
 * asynchronous calls, and when none of them is under way no further partition will come.
 *
 * <p>Enumerators and the handlers of their calls run in one thread, so a plain count will do.
 */
final class DiscoveryContext implements SplitEnumeratorContext<KafkaPartitionSplit> {
    private final SplitEnumeratorContext<KafkaPartitionSplit> context;
    private int callsUnderWay;

    DiscoveryContext(SplitEnumeratorContext<KafkaPartitionSplit> context) {
        this.context = context;
    }

    boolean discoveryIsComplete() {
        return callsUnderWay == 0;
    }

    void tellNoMoreSplits(int subtask) {
        context.signalNoMoreSplits(subtask);
    }

    @Override
    public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
        callsUnderWay++;
        context.callAsync(
                callable,
                (T result, Throwable failure) -> {
                    handler.accept(result, failure); // May begin the next call.
                    callsUnderWay--;
                    if (discoveryIsComplete()) {
                        registeredReaders().keySet().forEach(this::tellNoMoreSplits);
                    }
                });
    }

    @Override
    public <T> void callAsync(
            Callable<T> callable,
            BiConsumer<T, Throwable> handler,
            long initialDelayMillis,
            long periodMillis) {
        throw new UnsupportedOperationException("periodic discovery of partitions is switched off");
    }

    /** Left to {@link #tellNoMoreSplits}: the enumerator below does not say it after a restore. */
    @Override
    public void signalNoMoreSplits(int subtask) {}

    @Override
    public SplitEnumeratorMetricGroup metricGroup() {
        return context.metricGroup();
    }

    @Override
    public void sendEventToSourceReader(int subtask, SourceEvent event) {
        context.sendEventToSourceReader(subtask, event);
    }

    @Override
    public void sendEventToSourceReader(int subtask, int attempt, SourceEvent event) {
        context.sendEventToSourceReader(subtask, attempt, event);
    }

    @Override
    public int currentParallelism() {
        return context.currentParallelism();
    }

    @Override
    public Map<Integer, ReaderInfo> registeredReaders() {
        return context.registeredReaders();
    }

    @Override
    public Map<Integer, Map<Integer, ReaderInfo>> registeredReadersOfAttempts() {
        return context.registeredReadersOfAttempts();
    }

    @Override
    public void assignSplits(SplitsAssignment<KafkaPartitionSplit> assignment) {
        context.assignSplits(assignment);
    }

    @Override
    public void runInCoordinatorThread(Runnable runnable) {
        context.runInCoordinatorThread(runnable);
    }

    @Override
    public void setIsProcessingBacklog(boolean isProcessingBacklog) {
        context.setIsProcessingBacklog(isProcessingBacklog);
    }
}
