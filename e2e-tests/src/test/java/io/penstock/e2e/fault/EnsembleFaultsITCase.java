package io.penstock.e2e.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.e2e.StudyTexts;
import io.penstock.e2e.SyntheticStudy;
import io.penstock.e2e.cluster.Await;
import io.penstock.e2e.cluster.JavaProcess;
import io.penstock.e2e.cluster.Records;
import io.penstock.kafka.Topics;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.RejectionCause;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SolverOutput;
import io.penstock.schemas.TrainingReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An ensemble whose solvers, or what runs them, fail: no simulation is lost, none is run to its end
 * twice, and of what is sent twice each sample is trained on as one. What the processes say stays
 * in {@code target/ensemble-faults}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 20, unit = java.util.concurrent.TimeUnit.MINUTES)
class EnsembleFaultsITCase {
    private static final Duration LIMIT = Duration.ofSeconds(180);
    private static final int VALIDATION = 2;

    private static final int OUR_STEPS = 20;

    private static final String FOLLOWED =
            """
            study: synthetic
            steps: 10
            time-step: 1.0
            parameters:
              - {name: a, min: 0, max: 1}
            fields:
              - {name: u, unit: K, shape: [4, 4], min: -1, max: 1}
            ensemble: {simulations: 40, heartbeat: 100ms, simulation-timeout: 2s, attempts: 3}
            kafka: {topic-prefix: %s, max-record-bytes: 1MiB}
            reservoir: {capacity: 200, threshold: 50}
            surrogate: {hidden: [32, 32]}
            training: {batch: 8, pace: continuous, report-interval: 100ms}
            validation: {simulations: 2}
            checkpoints: {interval: 500ms}
            """;

    private static final String OURS =
            StudyTexts.plate(64, OUR_STEPS)
                    + """
            ensemble:
              solver: {kind: heat2d, grid: [64, 64]}
              simulations: 200
            kafka: {topic-prefix: %s, max-record-bytes: 1MiB}
            reservoir: {capacity: 600, threshold: 100}
            surrogate: {hidden: [32, 32]}
            training: {batch: 8, pace: continuous, report-interval: 100ms}
            validation: {simulations: 2}
            checkpoints: {interval: 500ms}
            """;

    @AutoClose private FaultyCluster cluster;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        cluster = new FaultyCluster(folder, "ensemble-faults", null);
    }

    @Test
    void solverThatIsKilledFailsFallsSilentOrSendsWhatItShouldNot() throws Exception {
        String name = "followed";
        String study = FOLLOWED.formatted(name + ".");
        Topics topics = cluster.topics(name);
        FaultyTraining training = cluster.train(name, study, 1);
        String ensemble = cluster.runEnsemble(name, study);
        try (JavaProcess first = solver(name)) {
            await("outputs", () -> outputs(topics).size() > 100);
            first.kill();
        }
        TrainingReport report;
        try (JavaProcess second = solver(name)) {
            second.requireAlive();
            report = training.end().get(0);
        }
        cluster.rest().cancel(ensemble);

        List<SimulationEvent> events = events(topics);
        assertThat(ended(events, false))
                .as("simulations that finished, 42 instead of 7")
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(0, 42).filter(id -> id != 7).boxed().toList());
        SimulationEvent givenUp =
                events.stream().filter(SimulationEvent::getGivenUp).findFirst().orElseThrow();
        assertThat(givenUp.getSimulation()).isEqualTo(7);
        assertThat(givenUp.getReplacedBy()).isEqualTo(42);
        assertThat(givenUp.getParameters()).hasSize(1);
        assertThat(givenUp.getReason()).contains("3 crashes; the last: diverged");
        assertThat(attempts(events, 13)).isEqualTo(3);
        assertThat(attempts(events, 17)).isEqualTo(2);
        assertCounted(topics, report, 43, SyntheticStudy.STEPS);
        assertThat(rejected(topics))
                .as("what is no record, or a step that the study does not have")
                .extracting(RejectedSample::getCause)
                .containsExactlyInAnyOrder(
                        RejectionCause.UNKNOWN_SCHEMA,
                        RejectionCause.EMPTY,
                        RejectionCause.WRONG_STEP,
                        RejectionCause.WRONG_STEP);
        assertThat(outputs(topics))
                .as("what came again after the simulation had finished")
                .filteredOn(o -> o.getSimulation() == FollowingSolver.TIRELESS)
                .hasSizeGreaterThan(SyntheticStudy.STEPS);
    }

    private List<RejectedSample> rejected(Topics topics) throws IOException {
        List<RejectedSample> rejected = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : read(topics.rejectedSamples())) {
            rejected.add(RejectedSample.getDecoder().decode(record.value()));
        }
        return rejected;
    }

    private JavaProcess solver(String name) throws IOException {
        return JavaProcess.start(
                "the solver",
                cluster.logs().resolve("solver.log"),
                List.of("-Xmx128m"),
                System.getProperty("java.class.path", "."),
                FollowingSolver.class.getName(),
                List.of(cluster.kafka().bootstrapServers(), name + "."));
    }

    @Test
    void ensembleJobThatIsKilledRunsEverySimulationToItsEndOnce() throws Exception {
        String name = "ours";
        String study = OURS.formatted(name + ".");
        Topics topics = cluster.topics(name);
        FaultyTraining training = cluster.train(name, study, 1);
        String ensemble = cluster.runEnsemble(name, study);
        for (int finished : List.of(30, 110)) {
            await(finished + " simulations", () -> ended(events(topics), false).size() >= finished);
            cluster.replaceTaskManager();
        }
        TrainingReport report = training.end().get(0);
        cluster.rest().cancel(ensemble);

        List<SimulationEvent> events = events(topics);
        assertThat(ended(events, true))
                .as("every simulation finished, and said so once")
                .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 202).boxed().toList());
        assertThat(events)
                .filteredOn(event -> event.getKind() == EventKind.ENSEMBLE_FINISHED)
                .isNotEmpty();
        assertCounted(topics, report, 202, OUR_STEPS);
    }

    /** Everything that was sent was either new to the training or dropped by it as a duplicate. */
    private void assertCounted(Topics topics, TrainingReport report, int simulations, int steps)
            throws Exception {
        List<SolverOutput> sent = outputs(topics);
        sent.removeIf(output -> output.getTimeStep() >= steps); // Rejected.
        Set<String> unique = new HashSet<>();
        sent.forEach(output -> unique.add(output.getSimulation() + "/" + output.getTimeStep()));
        assertThat(report.getInserts() + report.getValidationSamples())
                .as("samples received")
                .isEqualTo(unique.size());
        assertThat(report.getDuplicates()).isEqualTo(sent.size() - unique.size());
        assertThat(report.getDuplicates()).as("something was sent again").isPositive();
        assertThat(report.getInserts())
                .as("samples that left the reservoir")
                .isEqualTo(report.getEvicted() + report.getDrained());
        assertThat(report.getDrawsMin()).as("draws of the least drawn sample").isPositive();
        assertThat(unique.size()).isGreaterThanOrEqualTo((simulations - VALIDATION) * 5);
    }

    private static void await(String what, Await.Condition condition) throws Exception {
        Await.until(what, LIMIT, condition);
    }

    /** Simulations that finished; those that said so twice are there twice, if asked for. */
    private static List<Long> ended(List<SimulationEvent> events, boolean repeated) {
        var ids =
                events.stream()
                        .filter(event -> event.getKind() == EventKind.FINISHED)
                        .map(SimulationEvent::getSimulation);
        return repeated ? ids.toList() : ids.distinct().toList();
    }

    private static int attempts(List<SimulationEvent> events, long simulation) {
        return events.stream()
                .filter(event -> event.getSimulation() == simulation)
                .mapToInt(SimulationEvent::getAttempt)
                .max()
                .orElse(0);
    }

    private List<SimulationEvent> events(Topics topics) throws IOException {
        List<SimulationEvent> events = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : read(topics.simulationEvents())) {
            events.add(SimulationEvent.getDecoder().decode(record.value()));
        }
        return events;
    }

    /** What solvers sent, keyed by simulation; the marks of the end have the study as their key. */
    private List<SolverOutput> outputs(Topics topics) throws IOException {
        List<SolverOutput> outputs = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : read(topics.solverOutputs())) {
            if (new String(record.key(), UTF_8).matches("\\d+")) {
                try {
                    outputs.add(SolverOutput.getDecoder().decode(record.value()));
                } catch (IOException | RuntimeException e) {
                    continue; // No record, and rejected.
                }
            }
        }
        return outputs;
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        return Records.read(cluster.kafka().cluster(), topic);
    }
}
