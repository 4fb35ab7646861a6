package io.penstock.e2e.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.e2e.SyntheticStudy;
import io.penstock.e2e.cluster.Records;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import io.penstock.schemas.SolverOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A solver in a process of its own that follows the requests of the synthetic study for ever, one
 * after the other. It leaves out what has finished; and it is not a good one, see {@link #outcome}.
 */
final class FollowingSolver implements AutoCloseable {
    private static final int MAX_RECORD_BYTES = 4 << 20;
    private static final long STEP_MILLIS = 5;

    private final Topics topics;
    private final KafkaCluster kafka;
    private final KafkaProducer<byte[], byte[]> producer;

    /** How an attempt at a simulation ends. */
    enum Outcome {
        /** All steps are sent. */
        FINISHED,
        /** Some steps are sent, and it says that it failed. */
        FAILED,
        /** Some steps are sent, and nothing more is heard of it. */
        SILENT
    }

    private FollowingSolver(String servers, Topics topics) {
        this.topics = topics;
        this.kafka = new KafkaCluster(servers, MAX_RECORD_BYTES, new Properties());
        this.producer =
                new KafkaProducer<>(
                        kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Runs it.
     *
     * @param args brokers, and the prefix of the topics
     */
    public static void main(String[] args) throws Exception {
        try (FollowingSolver solver = new FollowingSolver(args[0], new Topics(args[1]))) {
            solver.follow();
        }
    }

    /** A simulation that sends its steps in an order of its own. */
    static final long DISORDERLY = 21;

    /** A simulation that sends bytes that are no record, and more steps than the study has. */
    static final long GARRULOUS = 23;

    /** A simulation that sends its first steps again after it has finished. */
    static final long TIRELESS = 25;

    private static final int SENT_AGAIN = 3;

    /**
     * How an attempt ends: number 7 always fails, 13 twice, 17 falls silent once, and all others
     * finish.
     */
    static Outcome outcome(long simulation, int attempt) {
        if (simulation == 7 || simulation == 13 && attempt <= 2) {
            return Outcome.FAILED;
        }
        return simulation == 17 && attempt == 1 ? Outcome.SILENT : Outcome.FINISHED;
    }

    private void follow() throws Exception {
        Set<Long> finished = finished();
        Properties properties = kafka.consumer();
        properties.put("isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> requests =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> all = List.of(new TopicPartition(topics.simulationRequests(), 0));
            requests.assign(all);
            requests.seekToBeginning(all);
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record :
                        requests.poll(Duration.ofMillis(100))) {
                    SimulationRequest request =
                            SimulationRequest.getDecoder().decode(record.value());
                    if (!finished.contains(request.getSimulation())) {
                        run(request);
                    }
                }
            }
        }
    }

    private Set<Long> finished() throws IOException {
        Set<Long> finished = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record :
                Records.read(kafka, topics.simulationEvents())) {
            SimulationEvent event = SimulationEvent.getDecoder().decode(record.value());
            if (event.getKind() == EventKind.FINISHED) {
                finished.add(event.getSimulation());
            }
        }
        return finished;
    }

    private void run(SimulationRequest request) throws Exception {
        tell(request, EventKind.STARTED);
        Outcome outcome = outcome(request.getSimulation(), request.getAttempt());
        int steps = outcome == Outcome.FINISHED ? SyntheticStudy.STEPS : SyntheticStudy.STEPS / 2;
        for (int i = 0; i < steps; i++) {
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS); // It computes.
            // 7 and the number of steps have no divisor in common: every step comes, once.
            sendStep(request, request.getSimulation() == DISORDERLY ? (7 * i + 3) % steps : i);
        }
        if (request.getSimulation() == GARRULOUS) {
            send(topics.solverOutputs(), request, "no record".getBytes(UTF_8));
            send(topics.solverOutputs(), request, new byte[0]);
            sendStep(request, SyntheticStudy.STEPS);
            sendStep(request, Integer.MAX_VALUE);
        }
        producer.flush();
        if (outcome != Outcome.SILENT) {
            tell(request, EventKind.valueOf(outcome.name()));
        }
        for (int step = 0; request.getSimulation() == TIRELESS && step < SENT_AGAIN; step++) {
            sendStep(request, step);
        }
    }

    private void sendStep(SimulationRequest request, int step) throws IOException {
        SolverOutput output =
                SolverOutput.newBuilder(SyntheticStudy.output(request.getSimulation(), step))
                        .setPurpose(request.getPurpose())
                        .setParameters(request.getParameters())
                        .build();
        send(topics.solverOutputs(), request, SyntheticStudy.encode(output));
    }

    private void tell(SimulationRequest request, EventKind kind) throws IOException {
        ByteBuffer event =
                SimulationEvent.getEncoder()
                        .encode(
                                SimulationEvent.newBuilder()
                                        .setStudy(request.getStudy())
                                        .setKind(kind)
                                        .setSimulation(request.getSimulation())
                                        .setAttempt(request.getAttempt())
                                        .setReason(kind == EventKind.FAILED ? "diverged" : null)
                                        .build());
        byte[] bytes = new byte[event.remaining()];
        event.get(bytes);
        send(topics.simulationEvents(), request, bytes);
    }

    private void send(String topic, SimulationRequest request, byte[] value) {
        byte[] key = Long.toString(request.getSimulation()).getBytes(UTF_8);
        producer.send(new ProducerRecord<>(topic, key, value));
    }

    @Override
    public void close() {
        producer.close();
    }
}
