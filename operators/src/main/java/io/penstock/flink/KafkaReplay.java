package io.penstock.flink;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic as far as it goes now. */
public final class KafkaReplay {
    private static final Duration POLL = Duration.ofMillis(200);

    private KafkaReplay() {}

    /**
     * Reads every partition from an offset to its present end.
     *
     * @param client Kafka consumer settings with at least {@code bootstrap.servers}
     * @param first first offset of each partition; partitions without one from their beginning
     * @param patience longest time it may take
     * @throws IOException if it cannot be read, or not in time
     */
    public static void toEnd(
            Properties client,
            String topic,
            Map<Integer, Long> first,
            Duration patience,
            Consumer<ConsumerRecord<byte[], byte[]>> reader)
            throws IOException {
        Properties settings = new Properties();
        settings.putAll(client);
        settings.remove(CommonClientConfigs.GROUP_ID_CONFIG);
        // What retention removed is passed over, not all that is left with it.
        settings.putIfAbsent(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(patience.toMillis()));
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(partition -> new TopicPartition(topic, partition.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            for (TopicPartition partition : partitions) {
                Long from = first.get(partition.partition());
                if (from != null) {
                    consumer.seek(partition, from);
                }
            }
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + patience.toNanos();
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                if (System.nanoTime() > deadline) {
                    throw new IOException(fault(client, topic, "not done in " + patience));
                }
                consumer.poll(POLL).forEach(reader);
            }
        } catch (KafkaException e) {
            throw new IOException(fault(client, topic, e.toString()), e);
        }
    }

    private static String fault(Properties client, String topic, String what) {
        return "cannot read topic %s up to its end: Kafka at \"%s\": %s"
                .formatted(topic, client.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG), what);
    }
}
