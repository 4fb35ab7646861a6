package io.penstock.broker;

import io.penstock.sample.FieldSpec;
import io.penstock.sample.Quantity;
import io.penstock.sample.SampleSpec;
import io.penstock.schemas.DType;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.Field;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SolverOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A small study's records, and a producer of them. */
final class TestRecords implements AutoCloseable {
    static final SampleSpec SPEC =
            new SampleSpec(
                    "heat",
                    List.of(new Quantity("left", "K", 0, 1)),
                    new Quantity("time", "s", 0, 1),
                    List.of(new FieldSpec("u", "K", List.of(2), 0, 1)),
                    1_000_000,
                    1 << 20);

    private final Properties client = new Properties();
    private final KafkaProducer<byte[], byte[]> producer;

    private final List<Future<RecordMetadata>> sent = new ArrayList<>();

    TestRecords(EmbeddedKafka kafka) {
        this(kafka, Map.of());
    }

    TestRecords(EmbeddedKafka kafka, Map<String, Object> producerSettings) {
        client.setProperty("bootstrap.servers", kafka.bootstrapServers());
        Map<String, Object> settings = new HashMap<>(producerSettings);
        settings.put("bootstrap.servers", kafka.bootstrapServers());
        producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    Properties client() {
        return client;
    }

    KafkaProducer<byte[], byte[]> producer() {
        return producer;
    }

    void createTopic(String topic, int partitions) throws IOException {
        try (TopicAdmin admin = new TopicAdmin(client)) {
            admin.create(new NewTopic(topic, partitions, (short) 1));
        }
    }

    /** Sends without waiting; {@link #flush} waits and fails if one was not taken. */
    void send(String topic, int partition, byte[] value) {
        sent.add(producer.send(new ProducerRecord<>(topic, partition, null, value)));
    }

    void flush() throws ExecutionException, InterruptedException {
        producer.flush();
        for (Future<RecordMetadata> one : sent) {
            one.get();
        }
        sent.clear();
    }

    static byte[] output(long simulation, int step) {
        ByteBuffer data =
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat((float) simulation)
                        .putFloat(step)
                        .flip();
        try {
            return SolverOutput.getEncoder()
                    .encode(
                            SolverOutput.newBuilder()
                                    .setStudy("heat")
                                    .setSimulation(simulation)
                                    .setTimeStep(step)
                                    .setTime(0.5)
                                    .setParameters(List.of(0.25))
                                    .setFields(
                                            List.of(
                                                    new Field(
                                                            "u", List.of(2), DType.FLOAT32, data)))
                                    .build())
                    .array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] event(String study, EventKind kind) {
        try {
            return SimulationEvent.getEncoder()
                    .encode(SimulationEvent.newBuilder().setStudy(study).setKind(kind).build())
                    .array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] marker() {
        return event("heat", EventKind.ENSEMBLE_FINISHED);
    }

    @Override
    public void close() {
        producer.close();
    }
}
