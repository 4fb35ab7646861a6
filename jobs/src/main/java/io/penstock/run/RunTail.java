package io.penstock.run;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics from given offsets on, committed records only. Used by one thread. */
final class RunTail implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;

    /**
     * @param client Kafka client settings with at least {@code bootstrap.servers}
     * @param from first offset of every partition to read
     */
    RunTail(Properties client, Map<TopicPartition, Long> from) {
        Properties settings = new Properties();
        settings.putAll(client);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        this.consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(from.keySet());
        from.forEach(consumer::seek);
    }

    /** Gives {@code reader} what is there, waiting at most {@code wait} for the first of it. */
    int poll(Duration wait, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        var records = consumer.poll(wait);
        records.forEach(reader);
        return records.count();
    }

    /**
     * Gives {@code reader} everything up to where the partitions end now, whatever is added behind.
     *
     * @param limit how long to try
     * @return whether the ends were reached
     */
    boolean readToEnd(Duration limit, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        return readToEnd(limit, reader, () -> false);
    }

    /**
     * The same, but ends early when there is enough.
     *
     * @param enough asked between reads
     */
    boolean readToEnd(
            Duration limit,
            Consumer<ConsumerRecord<byte[], byte[]>> reader,
            BooleanSupplier enough) {
        long deadline = System.nanoTime() + limit.toNanos();
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment(), limit);
        while (!isAt(ends)) {
            if (enough.getAsBoolean() || System.nanoTime() >= deadline) {
                return false;
            }
            poll(POLL, reader);
        }
        return true;
    }

    private boolean isAt(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
