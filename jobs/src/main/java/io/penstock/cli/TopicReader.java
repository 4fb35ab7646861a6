package io.penstock.cli;

import io.penstock.flink.KafkaReplay;
import io.penstock.kafka.KafkaCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.message.MessageDecoder;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads the committed records of topics as far as they go now, and when asked again, what was added
 * since. Records that cannot be decoded are passed over and counted.
 */
final class TopicReader {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Properties client;
    private final Map<String, Map<Integer, Long>> next = new HashMap<>();
    private long passedOver;

    /** Takes what is read. */
    @FunctionalInterface
    interface Taker<T> {
        /**
         * @param timestampMillis when the record was written, milliseconds since the epoch
         */
        void take(T value, long timestampMillis);
    }

    TopicReader(KafkaCluster kafka) {
        client = kafka.consumer();
        client.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    }

    /**
     * Reads a topic.
     *
     * @throws IOException if it cannot be read
     */
    <T> void read(String topic, MessageDecoder<T> decoder, Taker<T> taker) throws IOException {
        Map<Integer, Long> from = next.computeIfAbsent(topic, name -> new HashMap<>());
        KafkaReplay.toEnd(
                client,
                topic,
                Map.copyOf(from),
                PATIENCE,
                record -> {
                    from.put(record.partition(), record.offset() + 1);
                    take(record, decoder, taker);
                });
    }

    private <T> void take(
            ConsumerRecord<byte[], byte[]> record, MessageDecoder<T> decoder, Taker<T> taker) {
        if (record.value() == null) {
            return; // What compaction leaves of a key that was deleted.
        }
        T value;
        try {
            value = decoder.decode(record.value());
        } catch (IOException | RuntimeException e) {
            passedOver++;
            return;
        }
        taker.take(value, record.timestamp());
    }

    /** Records that could not be decoded. */
    long passedOver() {
        return passedOver;
    }
}
