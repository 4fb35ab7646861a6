package io.penstock.e2e;

import io.penstock.schemas.DType;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.Field;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SolverOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A solver of one's own: waves on a string, sent to Kafka while they are computed. */
public final class OwnSolver {
    private static final String STUDY = "string";
    private static final int STEPS = 40;
    private static final int POINTS = 64;

    private OwnSolver() {}

    public static void main(String[] args) throws Exception {
        Map<String, Object> kafka = Map.of("bootstrap.servers", args[0]);
        Random random = new Random(1);
        try (Producer<String, byte[]> producer =
                new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
            for (long simulation = 0; simulation < 60; simulation++) {
                Purpose purpose = simulation < 3 ? Purpose.VALIDATION : Purpose.TRAINING;
                double pluck = 0.2 + 0.6 * random.nextDouble();
                for (int step = 0; step < STEPS; step++) {
                    double time = 0.025 * (step + 1);
                    SolverOutput output =
                            SolverOutput.newBuilder()
                                    .setStudy(STUDY)
                                    .setSimulation(simulation)
                                    .setTimeStep(step)
                                    .setTime(time)
                                    .setPurpose(purpose)
                                    .setParameters(List.of(pluck))
                                    .setFields(List.of(displacement(pluck, time)))
                                    .build();
                    send(
                            producer,
                            "solver-outputs",
                            Long.toString(simulation),
                            SolverOutput.getEncoder().encode(output));
                }
            }
            // Everything must be in the log before the event that says so.
            producer.flush();
            SimulationEvent finished =
                    SimulationEvent.newBuilder()
                            .setStudy(STUDY)
                            .setKind(EventKind.ENSEMBLE_FINISHED)
                            .build();
            send(
                    producer,
                    "simulation-events",
                    STUDY,
                    SimulationEvent.getEncoder().encode(finished));
        }
    }

    /** The string after it was plucked: d'Alembert's solution as a sum of its modes. */
    private static Field displacement(double pluck, double time) {
        ByteBuffer data = ByteBuffer.allocate(POINTS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < POINTS; i++) {
            double x = (i + 0.5) / POINTS;
            double u = 0;
            for (int n = 1; n <= 8; n++) {
                double k = n * Math.PI;
                double amplitude = 2 * Math.sin(k * pluck) / (k * k * pluck * (1 - pluck));
                u += amplitude * Math.sin(k * x) * Math.cos(k * time);
            }
            data.putFloat((float) u);
        }
        return Field.newBuilder()
                .setName("displacement")
                .setShape(List.of(POINTS))
                .setDtype(DType.FLOAT32)
                .setData(data.flip())
                .build();
    }

    private static void send(
            Producer<String, byte[]> producer, String topic, String key, ByteBuffer value)
            throws IOException {
        byte[] bytes = new byte[value.remaining()];
        value.get(bytes);
        producer.send(new ProducerRecord<>(topic, key, bytes));
    }
}
