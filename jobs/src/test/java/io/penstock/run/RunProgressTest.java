package io.penstock.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.report.SampleRun;
import io.penstock.report.TrainingHistory;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.Phase;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.TrainingReport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RunProgressTest {
    private final RunProgress progress = new RunProgress("plates", new TrainingHistory());
    private int seconds;

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

    @Test
    void isCompleteWhenEveryShardAndTheModelHaveSaidTheirLastWord() throws Exception {
        takeModel(true);
        take(Phase.FINISHED, 0);
        assertThat(progress.isComplete()).as("shard 1 has not reported").isFalse();
        take(Phase.DRAINING, 1);
        assertThat(progress.isComplete()).as("shard 1 is not done").isFalse();
        take(Phase.FINISHED, 1);
        assertThat(progress.isComplete()).isTrue();
    }

    @Test
    void isNotCompleteBeforeTheLastModel() throws Exception {
        take(Phase.FINISHED, 0);
        take(Phase.FINISHED, 1);
        assertThat(progress.isComplete()).isFalse();
        takeModel(false);
        assertThat(progress.isComplete()).isFalse();
    }

    @Test
    void takesBackThatAShardHadFinishedWhenItStartsAgain() throws Exception {
        takeModel(true);
        take(Phase.FINISHED, 0);
        take(Phase.DRAINING, 0);
        take(Phase.FINISHED, 1);
        assertThat(progress.isComplete()).isFalse();
    }

    private void takeModel(boolean last) throws IOException {
        ModelUpdate model =
                ModelUpdate.newBuilder()
                        .setStudy("plates")
                        .setVersion(1)
                        .setLast(last)
                        .setModel("{}")
                        .setMetrics(Map.of())
                        .setInputOffsets(List.of())
                        .setShardProgress(List.of())
                        .setWeightsBytes(0)
                        .setWeightsSha256("")
                        .setTimestampMillis(0)
                        .build();
        progress.model(record(ModelUpdate.getEncoder().encode(model).array()));
    }

    private void take(Phase phase, int shard) throws IOException {
        TrainingReport report =
                SampleRun.report(++seconds, 0)
                        .setStudy("plates")
                        .setShard(shard)
                        .setShards(2)
                        .setPhase(phase)
                        .build();
        progress.report(record(TrainingReport.getEncoder().encode(report).array()));
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
