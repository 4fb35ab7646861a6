package io.penstock.run;

import io.penstock.kafka.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Tells the progress of a run what its topics say. Used by one thread. */
final class RunFeed implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LAST_WORD_LIMIT = Duration.ofSeconds(15);

    private final Topics topics;
    private final RunProgress progress;
    private final RunTail tail;

    RunFeed(Topics topics, RunEnvironment environment, RunProgress progress) {
        this.topics = topics;
        this.progress = progress;
        this.tail = new RunTail(environment.kafka().consumer(), from(topics, environment));
    }

    private static Map<TopicPartition, Long> from(Topics topics, RunEnvironment environment) {
        Map<TopicPartition, Long> from = new HashMap<>();
        for (String topic :
                List.of(
                        topics.simulationEvents(),
                        topics.trainingReports(),
                        topics.modelUpdates(),
                        topics.rejectedSamples())) {
            environment
                    .begin(topic)
                    .forEach(
                            (partition, offset) ->
                                    from.put(new TopicPartition(topic, partition), offset));
        }
        return from;
    }

    /** Takes what is there, waiting a moment for the first of it. */
    void poll() {
        tail.poll(POLL, this::take);
    }

    /**
     * Takes what the jobs wrote before they ended, some of which may be on its way still.
     *
     * @param complete whether the last report and the last model of the study are to come
     */
    void hearLastWord(boolean complete) {
        long deadline = System.nanoTime() + LAST_WORD_LIMIT.toNanos();
        while (complete && !progress.isComplete() && System.nanoTime() < deadline) {
            poll();
        }
        tail.readToEnd(LAST_WORD_LIMIT, this::take);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(topics.trainingReports())) {
            progress.report(record);
        } else if (record.topic().equals(topics.simulationEvents())) {
            progress.event(record);
        } else if (record.topic().equals(topics.modelUpdates())) {
            progress.model(record);
        } else {
            progress.rejection(record);
        }
    }

    @Override
    public void close() {
        tail.close();
    }
}
