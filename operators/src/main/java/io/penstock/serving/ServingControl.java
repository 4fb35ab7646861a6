package io.penstock.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.schemas.ServingEvent;
import io.penstock.schemas.ServingEventKind;
import io.penstock.setting.Check;
import java.io.IOException;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Asks the prediction job of a study to go back to a version, or to follow the newest again. What
 * comes of it stands as SERVED or REFUSED in the same topic, one for each subtask of the job.
 */
public final class ServingControl implements AutoCloseable {
    /** The version before the served one. */
    public static final long PREVIOUS = -1;

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;

    /** Sends to the topics of a study. */
    public ServingControl(KafkaCluster kafka, Topics topics) {
        Properties properties = kafka.producer();
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        this.topic = topics.servingEvents();
        this.producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Asks to serve an earlier version and to stay with it.
     *
     * @param version the version; {@link #PREVIOUS} for the one before the served one
     * @param by who asks
     * @throws IOException when the brokers did not take it
     */
    public void rollback(String study, long version, String by) throws IOException {
        Check.atLeast(PREVIOUS, "version", version);
        send(study, ServingEventKind.ROLLBACK, version, by);
    }

    /**
     * Asks to serve the newest good versions again.
     *
     * @param by who asks
     * @throws IOException when the brokers did not take it
     */
    public void follow(String study, String by) throws IOException {
        send(study, ServingEventKind.FOLLOW, PREVIOUS, by);
    }

    private void send(String study, ServingEventKind kind, long version, String by)
            throws IOException {
        ServingEvent event =
                ServingEvent.newBuilder()
                        .setStudy(study)
                        .setKind(kind)
                        .setVersion(version)
                        .setBy(by)
                        .setTimestampMillis(System.currentTimeMillis())
                        .build();
        AtomicReference<Exception> failure = new AtomicReference<>();
        try {
            var unused =
                    producer.send(
                            new ProducerRecord<>(
                                    topic, study.getBytes(UTF_8), ServingRecords.encode(event)),
                            (metadata, e) -> failure.set(e));
            producer.flush();
        } catch (KafkaException e) {
            failure.set(e);
        }
        if (failure.get() != null) {
            throw new IOException(
                    "%s for study %s was not sent to topic %s: %s"
                            .formatted(kind, study, topic, failure.get()),
                    failure.get());
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
