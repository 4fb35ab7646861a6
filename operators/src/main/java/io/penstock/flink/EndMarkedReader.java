package io.penstock.flink;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka reader that ends its partitions at their end markers, see {@link EndMarkedKafkaSource}.
 * Called by the task's thread only, as all source readers are.
 */
final class EndMarkedReader implements SourceReader<ConsumedRecord, KafkaPartitionSplit> {
    private final SourceReader<ConsumedRecord, KafkaPartitionSplit> kafka;
    private final Predicate<ConsumedRecord> marker;
    private final boolean firstMarkerEndsAll;

    private final Set<String> reading = new HashSet<>();
    private final Set<String> ended = new HashSet<>();
    private boolean noMoreSplits;
    private boolean allEnded;
    private @Nullable MarkedOutput output;

    EndMarkedReader(
            SourceReader<ConsumedRecord, KafkaPartitionSplit> kafka,
            Predicate<ConsumedRecord> marker,
            boolean firstMarkerEndsAll) {
        this.kafka = kafka;
        this.marker = marker;
        this.firstMarkerEndsAll = firstMarkerEndsAll;
    }

    @Override
    public void start() {
        kafka.start();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<ConsumedRecord> target) throws Exception {
        if (isFinished()) {
            return InputStatus.END_OF_INPUT;
        }
        if (output == null || output.target != target) {
            output = new MarkedOutput(target);
        }
        InputStatus status = kafka.pollNext(output);
        return isFinished() ? InputStatus.END_OF_INPUT : status;
    }

    private boolean isFinished() {
        return allEnded || (noMoreSplits && reading.isEmpty());
    }

    /** Takes a record of a partition; whether it is to be emitted. */
    private boolean accept(String split, ConsumedRecord consumed) {
        if (allEnded || ended.contains(split)) {
            return false; // Fetched together with the marker, and behind it.
        }
        if (!marker.test(consumed)) {
            return true;
        }
        if (firstMarkerEndsAll) {
            allEnded = true;
            return true;
        }
        reading.remove(split);
        ended.add(split);
        kafka.pauseOrResumeSplits(List.of(split), List.of());
        return false;
    }

    @Override
    public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
        // The reader below still has them all; a restored one must not wait for what has ended.
        return kafka.snapshotState(checkpointId).stream()
                .filter(split -> !allEnded && !ended.contains(split.splitId()))
                .toList();
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return isFinished() ? CompletableFuture.completedFuture(null) : kafka.isAvailable();
    }

    @Override
    public void addSplits(List<KafkaPartitionSplit> splits) {
        splits.forEach(split -> reading.add(split.splitId()));
        kafka.addSplits(splits);
    }

    @Override
    public void notifyNoMoreSplits() {
        noMoreSplits = true;
        kafka.notifyNoMoreSplits(); // Completes its availability, so that the end is noticed.
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        kafka.handleSourceEvents(event);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        kafka.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) throws Exception {
        kafka.notifyCheckpointAborted(checkpointId);
    }

    @Override
    public void close() throws Exception {
        kafka.close();
    }

    /** Sorts out markers, and records behind them, by the partition they come from. */
    private final class MarkedOutput implements ReaderOutput<ConsumedRecord> {
        private final ReaderOutput<ConsumedRecord> target;
        private final Map<String, SourceOutput<ConsumedRecord>> splits = new HashMap<>();

        private MarkedOutput(ReaderOutput<ConsumedRecord> target) {
            this.target = target;
        }

        @Override
        public SourceOutput<ConsumedRecord> createOutputForSplit(String split) {
            return splits.computeIfAbsent(
                    split, id -> new SplitOutput(id, target.createOutputForSplit(id)));
        }

        @Override
        public void releaseOutputForSplit(String split) {
            splits.remove(split);
            target.releaseOutputForSplit(split);
        }

        @Override
        public void collect(ConsumedRecord consumed) {
            target.collect(consumed);
        }

        @Override
        public void collect(ConsumedRecord consumed, long timestamp) {
            target.collect(consumed, timestamp);
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            target.emitWatermark(watermark);
        }

        @Override
        public void markIdle() {
            target.markIdle();
        }

        @Override
        public void markActive() {
            target.markActive();
        }
    }

    private final class SplitOutput implements SourceOutput<ConsumedRecord> {
        private final String split;
        private final SourceOutput<ConsumedRecord> target;

        private SplitOutput(String split, SourceOutput<ConsumedRecord> target) {
            this.split = split;
            this.target = target;
        }

        @Override
        public void collect(ConsumedRecord consumed) {
            if (accept(split, consumed)) {
                target.collect(consumed);
            }
        }

        @Override
        public void collect(ConsumedRecord consumed, long timestamp) {
            if (accept(split, consumed)) {
                target.collect(consumed, timestamp);
            }
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            target.emitWatermark(watermark);
        }

        @Override
        public void markIdle() {
            target.markIdle();
        }

        @Override
        public void markActive() {
            target.markActive();
        }
    }
}
