package io.penstock.serving;

import io.penstock.sample.SingleObjectReader;
import io.penstock.schemas.ModelUpdate;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The versions of a study's model that were published, read on from where one was. */
final class PublishedModels implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String topic;
    private final String study;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final SingleObjectReader<ModelUpdate> reader =
            new SingleObjectReader<>(ModelUpdate.class);

    /**
     * @param kafka Kafka client settings with at least {@code bootstrap.servers}
     * @param topic the topic of the versions
     * @throws IOException when the topic is not there
     */
    PublishedModels(Properties kafka, String topic, String study) throws IOException {
        this.topic = topic;
        this.study = study;
        Properties settings = new Properties();
        settings.putAll(kafka);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(PATIENCE.toMillis()));
        try {
            this.consumer =
                    new KafkaConsumer<>(
                            settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw fault(e);
        }
        try {
            assign();
        } catch (IOException e) {
            consumer.close();
            throw e;
        }
    }

    private void assign() throws IOException {
        try {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(partition -> new TopicPartition(topic, partition.partition()))
                            .toList();
            if (partitions.isEmpty()) {
                throw new IOException("topic " + topic + " does not exist");
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        } catch (KafkaException e) {
            throw fault(e);
        }
    }

    /**
     * The newest version that was published since it was last asked for; null when none was.
     *
     * @throws IOException when the topic cannot be read up to its present end
     */
    @Nullable ModelUpdate newest() throws IOException {
        ModelUpdate newest = null;
        try {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                if (System.nanoTime() > deadline) {
                    throw new IOException(
                            "topic " + topic + " was not read to its end within " + PATIENCE);
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    ModelUpdate update = read(record);
                    newest = update == null ? newest : update;
                }
            }
        } catch (KafkaException e) {
            throw fault(e);
        }
        return newest;
    }

    /** A version of this study; null for what else may stand in the topic. */
    private @Nullable ModelUpdate read(ConsumerRecord<byte[], byte[]> record) {
        try {
            ModelUpdate update = reader.read(record.value());
            return update.getStudy().equals(study) ? update : null;
        } catch (IOException e) {
            return null;
        }
    }

    private IOException fault(KafkaException e) {
        return new IOException("cannot read topic " + topic + ": " + e, e);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
