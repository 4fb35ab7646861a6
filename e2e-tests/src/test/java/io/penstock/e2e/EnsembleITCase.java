package io.penstock.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.EnsembleJob;
import io.penstock.flink.SolveOperatorSettings;
import io.penstock.sample.Quantity;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import io.penstock.schemas.SolverOutput;
import io.penstock.solver.Heat2dSpec;
import io.penstock.solver.RequestPlan;
import io.penstock.solver.SamplerKind;
import io.penstock.solver.SupervisionSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnsembleITCase {
    private static final int STEPS = 8;
    private static final Heat2dSpec HEAT = new Heat2dSpec(List.of(6, 6), 10, 1, 0.1, 1e-8);
    private static final List<Quantity> PARAMETERS =
            Stream.of("initial", "west", "east", "south", "north")
                    .map(name -> new Quantity(name, "K", 100, 500))
                    .toList();

    @TempDir Path folder;

    @Test
    void runsWhatIsRequestedAndSaysWhenTheEnsembleIsDone() throws Exception {
        RequestPlan plan = new RequestPlan("heat", PARAMETERS, SamplerKind.HALTON, 1, 2, 5);
        try (TestCluster cluster = new TestCluster(folder, 3, 2)) {
            for (SimulationRequest request : plan.requests()) {
                cluster.send(
                        cluster.topics.simulationRequests(),
                        Long.toString(request.getSimulation()),
                        SimulationRequest.getEncoder().encode(request).array());
            }
            cluster.send(cluster.topics.simulationRequests(), "x", new byte[] {1, 2, 3});
            var env = cluster.environment(folder.resolve("checkpoints"), Duration.ofSeconds(1));
            EnsembleJob.build(
                    env,
                    new EnsembleJob.Settings(
                            plan,
                            new SupervisionSpec(Duration.ofMinutes(1), 3),
                            new SolveOperatorSettings("heat", HEAT, STEPS, 1000),
                            2,
                            cluster.kafka,
                            cluster.topics,
                            Map.of(),
                            Map.of()));
            JobID job = cluster.submit(env);
            cluster.awaitRecord(cluster.topics.simulationEvents(), EnsembleITCase::isEnd);
            cluster.flink.cancelJob(job).get();

            List<SimulationEvent> events = events(cluster);
            assertThat(events.get(events.size() - 1).getKind())
                    .isEqualTo(EventKind.ENSEMBLE_FINISHED);
            for (EventKind kind : List.of(EventKind.STARTED, EventKind.FINISHED)) {
                assertThat(events)
                        .filteredOn(event -> event.getKind() == kind)
                        .extracting(SimulationEvent::getSimulation)
                        .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L);
            }
            assertOutputs(cluster, plan);
        }
    }

    private static void assertOutputs(TestCluster cluster, RequestPlan plan) throws Exception {
        Map<Long, List<SolverOutput>> outputs =
                outputs(cluster).stream()
                        .collect(Collectors.groupingBy(SolverOutput::getSimulation));
        assertThat(outputs).hasSize(plan.simulations());
        for (SimulationRequest request : plan.requests()) {
            List<SolverOutput> steps = outputs.get(request.getSimulation());
            assertThat(steps)
                    .extracting(SolverOutput::getTimeStep)
                    .containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
            assertThat(steps)
                    .allSatisfy(
                            step -> {
                                assertThat(step.getParameters()).isEqualTo(request.getParameters());
                                assertThat(step.getPurpose())
                                        .isEqualTo(
                                                request.getSimulation() < 2
                                                        ? Purpose.VALIDATION
                                                        : Purpose.TRAINING);
                            });
        }
    }

    private static boolean isEnd(ConsumerRecord<byte[], byte[]> record) {
        try {
            return SimulationEvent.getDecoder().decode(record.value()).getKind()
                    == EventKind.ENSEMBLE_FINISHED;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<SimulationEvent> events(TestCluster cluster) throws Exception {
        List<SimulationEvent> events = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record :
                cluster.read(cluster.topics.simulationEvents())) {
            events.add(SimulationEvent.getDecoder().decode(record.value()));
        }
        return events;
    }

    private static List<SolverOutput> outputs(TestCluster cluster) throws Exception {
        List<SolverOutput> outputs = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : cluster.read(cluster.topics.solverOutputs())) {
            outputs.add(SolverOutput.getDecoder().decode(record.value()));
        }
        return outputs;
    }
}
