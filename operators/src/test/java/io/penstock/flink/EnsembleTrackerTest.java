package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.schemas.EventKind;
import io.penstock.schemas.SimulationEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class EnsembleTrackerTest {
    private static final String STUDY = "plates";

    @Test
    void passesAllEventsOnAndEndsTheEnsembleWhenEverySimulationEnded() throws Exception {
        try (var harness = harness(3)) {
            send(harness, EventKind.STARTED, 0);
            send(harness, EventKind.FINISHED, 0);
            send(harness, EventKind.HEARTBEAT, 1);
            send(harness, EventKind.FAILED, 2);
            assertThat(received(harness)).doesNotContain("ENSEMBLE_FINISHED -1");
            send(harness, EventKind.FINISHED, 1);

            assertThat(received(harness))
                    .containsExactly(
                            "STARTED 0",
                            "FINISHED 0",
                            "HEARTBEAT 1",
                            "FAILED 2",
                            "FINISHED 1",
                            "ENSEMBLE_FINISHED -1");
            WireRecord end = harness.extractOutputValues().get(5);
            assertThat(end.key()).asString().isEqualTo(STUDY);
            assertThat(SimulationEvent.getDecoder().decode(end.value()).getStudy())
                    .isEqualTo(STUDY);
        }
    }

    @Test
    void countsARepeatedEndOnce() throws Exception {
        try (var harness = harness(2)) {
            send(harness, EventKind.FINISHED, 0);
            send(harness, EventKind.FAILED, 0);
            send(harness, EventKind.FINISHED, 0);
            assertThat(received(harness)).doesNotContain("ENSEMBLE_FINISHED -1");
        }
    }

    @Test
    void endsTheEnsembleOnce() throws Exception {
        try (var harness = harness(1)) {
            send(harness, EventKind.FINISHED, 0);
            send(harness, EventKind.FINISHED, 0);
            harness.endInput();
            assertThat(received(harness))
                    .containsExactly("FINISHED 0", "ENSEMBLE_FINISHED -1", "FINISHED 0");
        }
    }

    @Test
    void endsTheEnsembleWithItsInputWhenRequestsWereMissing() throws Exception {
        try (var harness = harness(5)) {
            send(harness, EventKind.FINISHED, 0);
            harness.endInput();
            assertThat(received(harness)).containsExactly("FINISHED 0", "ENSEMBLE_FINISHED -1");
        }
    }

    @Test
    void remembersWhatEndedBeforeARestore() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = harness(3)) {
            send(harness, EventKind.FINISHED, 0);
            send(harness, EventKind.FINISHED, 1L << 40);
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness(3, snapshot)) {
            send(harness, EventKind.FINISHED, 0);
            assertThat(received(harness)).containsExactly("FINISHED 0");
            send(harness, EventKind.FINISHED, 1);
            assertThat(received(harness))
                    .containsExactly("FINISHED 0", "FINISHED 1", "ENSEMBLE_FINISHED -1");
        }
    }

    @Test
    void readsTheFirstVersionOfItsState() throws Exception {
        byte[] golden;
        try (var in = getClass().getResourceAsStream("/golden/ensemble-tracker-v1.bin")) {
            golden = Objects.requireNonNull(in).readAllBytes();
        }
        EnsembleTrackerState state = EnsembleTrackerState.decode(golden);

        assertThat(state.ended()).isEqualTo(103);
        assertThat(state.announced()).isTrue();
        assertThat(state.encode()).isEqualTo(golden);
        state.add(99);
        state.add(5_000_000_000L);
        assertThat(state.ended()).isEqualTo(103);
        state.add(100);
        assertThat(state.ended()).isEqualTo(104);
    }

    @Test
    void refusesAStateOfAVersionItDoesNotKnow() {
        assertThatThrownBy(
                        () -> EnsembleTrackerState.decode(HexFormat.of().parseHex("504e45540200")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 2; expected 504e4554 version 1");
    }

    private static OneInputStreamOperatorTestHarness<WireRecord, WireRecord> harness(
            long simulations, OperatorSubtaskState... snapshot) throws Exception {
        var harness =
                new OneInputStreamOperatorTestHarness<>(new EnsembleTracker(STUDY, simulations));
        if (snapshot.length > 0) {
            harness.initializeState(snapshot[0]);
        }
        harness.open();
        return harness;
    }

    private static void send(
            OneInputStreamOperatorTestHarness<WireRecord, WireRecord> harness,
            EventKind kind,
            long simulation)
            throws Exception {
        var event =
                SimulationEvent.newBuilder()
                        .setStudy(STUDY)
                        .setKind(kind)
                        .setSimulation(simulation)
                        .build();
        harness.processElement(new StreamRecord<>(SimulationEvents.encode(event)));
    }

    private static List<String> received(
            OneInputStreamOperatorTestHarness<WireRecord, WireRecord> harness) throws IOException {
        List<String> received = new ArrayList<>();
        for (WireRecord record : harness.extractOutputValues()) {
            SimulationEvent event = SimulationEvent.getDecoder().decode(record.value());
            received.add(event.getKind() + " " + event.getSimulation());
        }
        return received;
    }
}
