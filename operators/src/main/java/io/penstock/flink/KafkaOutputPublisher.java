package io.penstock.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SolverOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends time steps and events to their Kafka topics, keyed by simulation so that those of one
 * simulation stay in order. Idempotent and acknowledged by all replicas.
 */
public final class KafkaOutputPublisher implements OutputPublisher {
    private final Producer<byte[], byte[]> producer;
    private final String outputs;
    private final String events;
    // Set by the producer's own thread, read by the task's.
    private final AtomicReference<@Nullable OutputPublisherException> failure =
            new AtomicReference<>();

    KafkaOutputPublisher(Producer<byte[], byte[]> producer, String outputs, String events) {
        this.producer = producer;
        this.outputs = outputs;
        this.events = events;
    }

    /**
     * Publishers for two topics.
     *
     * @param client properties of the Kafka producer, {@code bootstrap.servers} among them;
     *     idempotence, acknowledgements and serialisers are set over them
     * @param outputs the topic of the time steps, which must exist
     * @param events the topic of the events, which must exist
     */
    public static Factory factory(Properties client, String outputs, String events) {
        Properties properties = new Properties();
        properties.putAll(client);
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        return () ->
                new KafkaOutputPublisher(
                        new KafkaProducer<>(
                                properties, new ByteArraySerializer(), new ByteArraySerializer()),
                        outputs,
                        events);
    }

    @Override
    public void publish(SolverOutput output) {
        long simulation = output.getSimulation();
        int step = output.getTimeStep();
        byte[] key = Long.toString(simulation).getBytes(UTF_8);
        send(outputs, key, encode(output), () -> "step " + step + " of simulation " + simulation);
    }

    @Override
    public void publish(SimulationEvent event) {
        WireRecord record = SimulationEvents.encode(event);
        send(
                events,
                record.key(),
                record.value(),
                () -> event.getKind() + " of simulation " + event.getSimulation());
    }

    private void send(
            String topic, byte @Nullable [] key, byte[] value, Supplier<String> description) {
        throwFailure();
        // The failure is kept for the next call; the future would only repeat it.
        var unused =
                producer.send(
                        new ProducerRecord<>(topic, key, value),
                        (metadata, e) -> {
                            if (e != null) {
                                failure.compareAndSet(null, failed(topic, description.get(), e));
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

    private static OutputPublisherException failed(String topic, String what, Exception e) {
        return new OutputPublisherException(
                "topic %s: %s could not be sent: %s".formatted(topic, what, e.getMessage()), e);
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
