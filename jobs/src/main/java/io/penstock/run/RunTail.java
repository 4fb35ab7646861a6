package io.penstock.run;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics from given offsets on, committed records only. Used by one thread. */
final class RunTail implements AutoCloseable {
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

    @Override
    public void close() {
        consumer.close();
    }
}
