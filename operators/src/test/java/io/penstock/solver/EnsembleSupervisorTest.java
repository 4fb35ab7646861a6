package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.sample.Quantity;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EnsembleSupervisorTest {
    private static final RequestPlan PLAN =
            new RequestPlan(
                    "plates",
                    List.of(new Quantity("initial", "K", 100, 500)),
                    SamplerKind.MONTE_CARLO,
                    1,
                    1,
                    2);
    private static final SupervisionSpec RULES = new SupervisionSpec(Duration.ofSeconds(10), 3);
    private static final String END = "ENSEMBLE_FINISHED -1";

    private final List<SimulationRequest> requests = new ArrayList<>();
    private final List<SimulationEvent> told = new ArrayList<>();
    private EnsembleSupervisor supervisor = supervisor();

    private EnsembleSupervisor supervisor() {
        return new EnsembleSupervisor(
                PLAN,
                RULES,
                new EnsembleSupervisor.Orders() {
                    @Override
                    public void request(SimulationRequest request) {
                        requests.add(request);
                    }

                    @Override
                    public void tell(SimulationEvent.Builder event) {
                        told.add(event.build());
                    }
                });
    }

    private void requestAll() {
        PLAN.requests().forEach(supervisor::requested);
    }

    private void happens(EventKind kind, long simulation, int attempt, long now) {
        supervisor.happened(
                SimulationEvent.newBuilder()
                        .setStudy("plates")
                        .setKind(kind)
                        .setSimulation(simulation)
                        .setAttempt(attempt)
                        .setReason(kind == EventKind.FAILED ? "diverged" : null)
                        .build(),
                now);
    }

    private List<String> asked() {
        return requests.stream()
                .map(request -> request.getSimulation() + "/" + request.getAttempt())
                .toList();
    }

    private List<String> said() {
        return told.stream().map(event -> event.getKind() + " " + event.getSimulation()).toList();
    }

    @Test
    void endsTheEnsembleOnceWhenEverySimulationHasFinished() {
        requestAll();
        for (long simulation = 0; simulation < 3; simulation++) {
            assertThat(told).isEmpty();
            happens(EventKind.STARTED, simulation, 1, 0);
            happens(EventKind.FINISHED, simulation, 1, 0);
            happens(EventKind.FINISHED, simulation, 1, 0);
        }
        happens(EventKind.FAILED, 2, 1, 0);
        assertThat(said()).containsExactly(END);
        assertThat(requests).isEmpty();
    }

    @Test
    void asksAgainForOneThatFailed() {
        requestAll();
        happens(EventKind.STARTED, 1, 1, 0);
        happens(EventKind.FAILED, 1, 1, 5);

        assertThat(asked()).containsExactly("1/2");
        assertThat(requests.get(0).getParameters())
                .isEqualTo(PLAN.requests().get(1).getParameters());
    }

    @Test
    void asksAgainForOneThatFellSilentAndOnlyOnce() {
        requestAll();
        happens(EventKind.STARTED, 1, 1, 0);
        happens(EventKind.HEARTBEAT, 1, 1, 6_000);
        supervisor.look(16_000);
        assertThat(asked()).isEmpty();
        supervisor.look(16_001);
        supervisor.look(99_000);
        assertThat(asked()).containsExactly("1/2");

        happens(EventKind.STARTED, 1, 2, 100_000);
        supervisor.look(110_001);
        assertThat(asked()).containsExactly("1/2", "1/3");
    }

    @Test
    void doesNotTimeWhatHasNotStarted() {
        requestAll();
        supervisor.look(1_000_000);
        assertThat(requests).isEmpty();
    }

    @Test
    void passesOverWhatAFormerAttemptSaysUnlessItFinished() {
        requestAll();
        happens(EventKind.STARTED, 1, 1, 0);
        supervisor.look(10_001);
        happens(EventKind.FAILED, 1, 1, 10_002);
        assertThat(asked()).containsExactly("1/2");

        happens(EventKind.FINISHED, 1, 1, 10_003);
        happens(EventKind.FAILED, 1, 2, 10_004);
        assertThat(asked()).containsExactly("1/2");
        assertThat(supervisor.ended()).isEqualTo(1);
    }

    @Test
    void givesOneUpAfterSoManyCrashesAndAsksForAnother() {
        requestAll();
        for (int attempt = 1; attempt <= 3; attempt++) {
            happens(EventKind.FAILED, 0, attempt, 0);
        }
        assertThat(asked()).containsExactly("0/2", "0/3", "3/1");
        SimulationRequest successor = requests.get(2);
        assertThat(successor).isEqualTo(PLAN.replacement(0, Purpose.VALIDATION));

        SimulationEvent report = told.get(0);
        assertThat(report.getGivenUp()).isTrue();
        assertThat(report.getSimulation()).isZero();
        assertThat(report.getReplacedBy()).isEqualTo(3);
        assertThat(report.getPurpose()).isEqualTo(Purpose.VALIDATION);
        assertThat(report.getParameters()).isEqualTo(PLAN.requests().get(0).getParameters());
        assertThat(report.getReason()).isEqualTo("given up after 3 crashes; the last: diverged");
        supervisor.happened(report, 1); // It reads its own words.

        supervisor.requested(successor);
        for (long simulation = 1; simulation <= 3; simulation++) {
            assertThat(said()).doesNotContain(END);
            happens(EventKind.FINISHED, simulation, 1, 2);
        }
        assertThat(said()).containsExactly("FAILED 0", END);
    }

    @Test
    void endsEvenIfEverySimulationFails() {
        requestAll();
        while (!said().contains(END)) {
            assertThat(requests.size()).isLessThan(100);
            List<SimulationRequest> open = new ArrayList<>(requests);
            if (open.isEmpty()) {
                open.addAll(PLAN.requests());
            }
            requests.clear();
            for (SimulationRequest request : open) {
                supervisor.requested(request);
                happens(EventKind.FAILED, request.getSimulation(), request.getAttempt(), 0);
            }
        }
        assertThat(told.stream().filter(SimulationEvent::getGivenUp)).hasSize(6);
        assertThat(told.stream().map(SimulationEvent::getReplacedBy))
                .containsExactly(3L, 4L, 5L, -1L, -1L, -1L, -1L);
    }

    @Test
    void canHearOfACrashBeforeTheRequest() {
        happens(EventKind.FAILED, 1, 1, 0);
        assertThat(asked()).isEmpty();
        requestAll();
        assertThat(asked()).containsExactly("1/2");
    }

    @Test
    void goesOnWhereItWasAndCountsNoTimeWhileNobodyLooked() throws Exception {
        requestAll();
        happens(EventKind.STARTED, 0, 1, 0);
        happens(EventKind.FAILED, 1, 1, 0);
        happens(EventKind.FINISHED, 2, 1, 0);
        byte[] state = supervisor.encode();

        supervisor = supervisor();
        supervisor.restore(state, 1_000_000);
        assertThat(supervisor.encode()).isEqualTo(state);
        supervisor.look(1_010_000);
        assertThat(asked()).containsExactly("1/2");
        supervisor.look(1_010_001);
        assertThat(asked()).containsExactly("1/2", "0/2");
        happens(EventKind.FAILED, 1, 2, 0);
        happens(EventKind.FAILED, 1, 3, 0);
        assertThat(told.get(0).getReason()).startsWith("given up after 3 crashes");
    }

    @Test
    void readsTheFirstVersionOfItsState() throws Exception {
        byte[] golden;
        try (var in = getClass().getResourceAsStream("/golden/ensemble-tracker-v1.bin")) {
            golden = Objects.requireNonNull(in).readAllBytes();
        }
        supervisor.restore(golden, 0);
        assertThat(supervisor.ended()).isEqualTo(103);
        happens(EventKind.FINISHED, 99, 1, 0);
        happens(EventKind.FINISHED, 5_000_000_000L, 1, 0);
        assertThat(supervisor.ended()).isEqualTo(103);
        happens(EventKind.FINISHED, 100, 1, 0);
        assertThat(supervisor.ended()).isEqualTo(104);
        assertThat(told).as("its end was announced before").isEmpty();
    }

    @Test
    void countsWhatItHasSeen() throws Exception {
        requestAll();
        happens(EventKind.STARTED, 0, 1, 0);
        happens(EventKind.HEARTBEAT, 0, 1, 1);
        happens(EventKind.STARTED, 1, 1, 1);
        assertThat(supervisor.counts()).isEqualTo(new EnsembleCounts(3, 2, 0, 0, 0, 0, 0));
        happens(EventKind.FINISHED, 1, 1, 2);
        happens(EventKind.FINISHED, 1, 1, 2);
        happens(EventKind.FAILED, 0, 1, 2);
        assertThat(supervisor.counts()).isEqualTo(new EnsembleCounts(3, 0, 1, 1, 1, 1, 0));
        happens(EventKind.STARTED, 0, 2, 3);
        supervisor.look(99_000);
        happens(EventKind.FAILED, 0, 3, 99_001);
        happens(EventKind.STARTED, 2, 1, 99_001);
        assertThat(supervisor.counts()).isEqualTo(new EnsembleCounts(4, 1, 2, 1, 3, 2, 1));

        byte[] state = supervisor.encode();
        supervisor = supervisor();
        supervisor.restore(state, 0);
        assertThat(supervisor.counts())
                .as("what the state does not hold begins anew")
                .isEqualTo(new EnsembleCounts(4, 1, 2, 0, 0, 0, 0));
    }

    @Test
    void refusesAStateOfAVersionItDoesNotKnow() {
        assertThatThrownBy(() -> supervisor.restore(HexFormat.of().parseHex("504e45540300"), 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 3; expected 504e4554 versions 1 to 2");
    }
}
