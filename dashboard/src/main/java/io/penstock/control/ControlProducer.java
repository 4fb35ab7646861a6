package io.penstock.control;

import io.penstock.flink.ControlRecords;
import io.penstock.flink.WireRecord;
import io.penstock.kafka.KafkaCluster;
import io.penstock.schemas.TrainingControl;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes records of training-controls, each of which the brokers have when it returns. */
final class ControlProducer implements AutoCloseable {
    /** Longest wait for the brokers. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;

    ControlProducer(KafkaCluster kafka, String topic) {
        Properties settings = kafka.producer();
        String millis = Long.toString(LIMIT.toMillis());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, "0");
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
        this.producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
    }

    /**
     * Writes a record.
     *
     * @throws IOException if the brokers did not take it in time
     */
    void send(TrainingControl control) throws IOException {
        WireRecord record = ControlRecords.record(control);
        try {
            producer.send(new ProducerRecord<>(topic, record.key(), record.value()))
                    .get(2 * LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "a control for study %s did not get into topic %s: %s"
                            .formatted(control.getStudy(), topic, cause.getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("while a control was sent").initCause(e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
