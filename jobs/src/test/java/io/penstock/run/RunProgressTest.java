package io.penstock.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.schemas.EventKind;
import io.penstock.schemas.SimulationEvent;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RunProgressTest {
    private final RunProgress progress = new RunProgress("plates", report -> {});

    @Test
    void countsASimulationThatFailedAfterItFinishedAsFailedOnly() throws Exception {
        take("plates", EventKind.FINISHED, 7);
        take("plates", EventKind.FAILED, 7);
        assertThat(progress.finished()).isZero();
        assertThat(progress.failed()).isEqualTo(1);
        assertThat(progress.lastFailure()).contains("7 broke");
    }

    @Test
    void countsASimulationThatFinishedAtItsSecondAttemptAsFinishedOnly() throws Exception {
        take("plates", EventKind.FAILED, 7);
        take("plates", EventKind.FINISHED, 7);
        assertThat(progress.finished()).isEqualTo(1);
        assertThat(progress.failed()).isZero();
    }

    @Test
    void countsAnEventThatComesTwiceOnce() throws Exception {
        take("plates", EventKind.FINISHED, 7);
        take("plates", EventKind.FINISHED, 7);
        take("plates", EventKind.FINISHED, 8);
        assertThat(progress.finished()).isEqualTo(2);
    }

    @Test
    void passesOverOtherStudiesAndWhatIsNoEvent() throws Exception {
        take("beams", EventKind.ENSEMBLE_FINISHED, -1);
        progress.event(record(new byte[] {1, 2, 3}));
        assertThat(progress.isEnsembleFinished()).isFalse();
        take("plates", EventKind.ENSEMBLE_FINISHED, -1);
        assertThat(progress.isEnsembleFinished()).isTrue();
    }

    private void take(String study, EventKind kind, long simulation) throws IOException {
        SimulationEvent event =
                SimulationEvent.newBuilder()
                        .setStudy(study)
                        .setKind(kind)
                        .setSimulation(simulation)
                        .setReason(kind == EventKind.FAILED ? simulation + " broke" : null)
                        .build();
        progress.event(record(SimulationEvent.getEncoder().encode(event).array()));
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
        return new ConsumerRecord<>("simulation-events", 0, 0, new byte[0], value);
    }
}
