package io.penstock.control;

import io.penstock.flink.ControlRecords;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.schemas.TrainingControl;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows training-controls from its present end on. Used by one thread at a time. */
public final class ControlTail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlTail.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final KafkaConsumer<byte[], byte[]> consumer;

    /**
     * Begins at the end of the topic as it is when this returns.
     *
     * @throws IOException if the brokers do not answer or the topic is missing
     */
    public ControlTail(KafkaCluster kafka, Topics topics) throws IOException {
        Properties settings = kafka.consumer();
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(LIMIT.toMillis()));
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        this.consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        TopicPartition log = new TopicPartition(topics.trainingControls(), 0);
        try {
            consumer.assign(List.of(log));
            consumer.seekToEnd(List.of(log));
            consumer.position(log);
        } catch (KafkaException e) {
            consumer.close();
            throw new IOException(
                    "cannot follow topic %s: Kafka at \"%s\": %s"
                            .formatted(log.topic(), kafka.bootstrapServers(), e.getMessage()),
                    e);
        }
    }

    /** What came since the last call, waiting at most so long for the first of it. */
    public List<TrainingControl> poll(Duration wait) {
        List<TrainingControl> controls = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            try {
                controls.add(ControlRecords.decode(record.value()));
            } catch (IOException e) {
                LOG.warn(
                        "passed over {}-{}@{}: {}",
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        e.getMessage());
            }
        }
        return controls;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
