package io.penstock.dashboard.fields;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.dashboard.DashboardSettings.Feed;
import io.penstock.dashboard.study.LiveStudy.Begun;
import io.penstock.serving.ShownSample;
import io.penstock.serving.ShownSamples;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Looks for the samples of some validation simulations in the log, from where they began on, a
 * little at a time: so that it does not take from the training what it has no need of.
 */
final class SampleReader implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long CLOCKS_APART_MILLIS = 2000;
    private static final long BYTES_AT_A_TIME = 64 << 20;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ShownSamples samples;
    private final Set<String> keys;

    /**
     * @param simulations the simulations, one or more
     */
    SampleReader(Feed feed, ShownSamples samples, List<Begun> simulations) {
        this.samples = samples;
        this.keys =
                simulations.stream()
                        .map(simulation -> Long.toString(simulation.id()))
                        .collect(Collectors.toSet());
        Properties settings = feed.kafka().consumer();
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        settings.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(PATIENCE.toMillis()));
        consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            seek(feed.topics().solverOutputs(), simulations);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void seek(String topic, List<Begun> simulations) {
        long first = simulations.stream().mapToLong(Begun::startedAt).min().orElse(0);
        Map<TopicPartition, Long> times = new HashMap<>();
        consumer.partitionsFor(topic)
                .forEach(
                        partition ->
                                times.put(
                                        new TopicPartition(topic, partition.partition()),
                                        Math.max(0, first - CLOCKS_APART_MILLIS)));
        consumer.assign(times.keySet());
        Map<TopicPartition, OffsetAndTimestamp> offsets = consumer.offsetsForTimes(times);
        for (TopicPartition partition : times.keySet()) {
            OffsetAndTimestamp offset = offsets.get(partition);
            if (offset == null) { // Nothing was written since.
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seek(partition, offset.offset());
            }
        }
    }

    /** Reads on, until all is found, there is no more now, or it is enough for once. */
    void read() {
        long bytes = 0;
        while (!samples.isComplete() && bytes < BYTES_AT_A_TIME) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            if (records.isEmpty()) {
                return;
            }
            for (ConsumerRecord<byte[], byte[]> record : records) {
                bytes += record.serializedValueSize();
                byte[] key = record.key();
                if (key == null || keys.contains(new String(key, UTF_8))) {
                    samples.take(record);
                }
            }
        }
    }

    boolean isComplete() {
        return samples.isComplete();
    }

    List<ShownSample> found() {
        return samples.found();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
