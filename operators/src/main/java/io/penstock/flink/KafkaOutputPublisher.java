package io.penstock.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.schemas.SolverOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends time steps to a Kafka topic, keyed by simulation so that the steps of one simulation stay
 * in order. Idempotent and acknowledged by all replicas.
 */
public final class KafkaOutputPublisher implements OutputPublisher {
    private final Producer<byte[], byte[]> producer;
    private final String topic;
    // Set by the producer's own thread, read by the task's.
    private final AtomicReference<@Nullable OutputPublisherException> failure =
            new AtomicReference<>();

    KafkaOutputPublisher(Producer<byte[], byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /**
     * Publishers for a topic.
     *
     * @param client properties of the Kafka producer, {@code bootstrap.servers} among them;
     *     idempotence, acknowledgements and serialisers are set over them
     * @param topic the topic, which must exist
     */
    public static Factory factory(Properties client, String topic) {
        Properties properties = new Properties();
        properties.putAll(client);
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        return () ->
                new KafkaOutputPublisher(
                        new KafkaProducer<>(
                                properties, new ByteArraySerializer(), new ByteArraySerializer()),
                        topic);
    }

    @Override
    public void publish(SolverOutput output) {
        throwFailure();
        long simulation = output.getSimulation();
        int step = output.getTimeStep();
        byte[] key = Long.toString(simulation).getBytes(UTF_8);
        // The failure is kept for the next call; the future would only repeat it.
        var unused =
                producer.send(
                        new ProducerRecord<>(topic, key, encode(output)),
                        (metadata, e) -> {
                            if (e != null) {
                                failure.compareAndSet(null, failed(simulation, step, e));
                            }
                        });
    }

    @Override
    public void flush() {
        producer.flush();
        throwFailure();
    }

    @Override
    public void close() {
        // What matters was flushed; the rest belongs to a run that is given up.
        producer.close(Duration.ZERO);
    }

    private void throwFailure() {
        OutputPublisherException found = failure.get();
        if (found != null) {
            throw found;
        }
    }

    private OutputPublisherException failed(long simulation, int step, Exception e) {
        return new OutputPublisherException(
                "topic %s: step %d of simulation %d could not be sent: %s"
                        .formatted(topic, step, simulation, e.getMessage()),
                e);
    }

    private static byte[] encode(SolverOutput output) {
        try {
            // The buffer is fresh and exactly full.
            return SolverOutput.getEncoder().encode(output).array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
