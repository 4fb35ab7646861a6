package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.sample.Sample;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.Phase;
import io.penstock.schemas.TrainingReport;
import io.penstock.surrogate.ModelDescription;
import io.penstock.surrogate.Predictor;
import io.penstock.training.StudyFixture;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnlineTrainingOperatorTest {
    private static final List<Sample> SAMPLES = StudyFixture.samples(12);

    @TempDir java.nio.file.Path models;

    private TrainingHarness harness(StudyFixture fixture) throws Exception {
        return new TrainingHarness(
                new TrainingSettings(
                        fixture.spec(),
                        "run",
                        "solver-outputs",
                        new TrainingSettings.Logs(
                                () -> StudyFixture.log(SAMPLES, 0),
                                () -> {
                                    throw new AssertionError(
                                            "a shard alone reads no contributions");
                                },
                                new NoExchange(),
                                new SharedLogsFixture()),
                        new ModelOutput(models.toUri().toString(), 2)),
                0);
    }

    private static final class NoExchange implements StateExchange {
        private static final long serialVersionUID = 1L;

        @Override
        public OutputStream send(int shards, int shard) {
            throw new AssertionError("nothing to send");
        }

        @Override
        public List<InputStream> receive() {
            throw new AssertionError("nothing to receive");
        }
    }

    /** What a run leaves: its last report, its last model, the state before the end of input. */
    private record Outcome(TrainingReport report, ModelUpdate model, byte[] state) {}

    private Outcome run(StudyFixture fixture, List<Integer> failures) throws Exception {
        var harness = harness(fixture);
        harness.open();
        for (int i = 0; i < SAMPLES.size(); i++) {
            if (failures.contains(i)) {
                OperatorSubtaskState state = harness.snapshot(i, i);
                // What comes after the checkpoint is lost with the failure, and sent again.
                harness.sample(SAMPLES.get(i));
                harness.close();
                harness = harness(fixture);
                harness.initializeState(state);
                harness.open();
            }
            harness.sample(SAMPLES.get(i));
        }
        byte[] state = TrainingHarness.rawState(harness.snapshot(9999, 9999));
        harness.endSamples();
        harness.mails(Integer.MAX_VALUE);
        Outcome outcome = new Outcome(harness.lastReport(), last(harness.models()), state);
        harness.close();
        return outcome;
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "5, 0", "5, 1"})
    void failuresChangeNothing(double samplesPerInsert, double clipNorm) throws Exception {
        StudyFixture fixture = StudyFixture.counted(samplesPerInsert).clipped(clipNorm);
        Outcome calm = run(fixture, List.of());
        Outcome stormy = run(fixture, List.of(5, 60, 61, 150, 200));
        assertThat(stormy.state()).isEqualTo(calm.state());
        assertThat(stormy.report().getWeightsSha256()).isEqualTo(calm.report().getWeightsSha256());
        assertThat(stormy.report().getBatches()).isEqualTo(calm.report().getBatches());
        assertThat(stormy.report().getInserts()).isEqualTo(calm.report().getInserts());
        assertThat(stormy.report().getDuplicates()).isEqualTo(calm.report().getDuplicates());
        assertThat(stormy.report().getDrawsPerSample())
                .isEqualTo(calm.report().getDrawsPerSample());
        assertThat(stormy.model().getWeights()).isEqualTo(calm.model().getWeights());
    }

    @Test
    void reportsAtIntervalsAndOnceAtTheEnd() throws Exception {
        var harness = harness(StudyFixture.counted(4));
        harness.open();
        for (int i = 0; i < SAMPLES.size(); i++) {
            harness.sample(SAMPLES.get(i));
            harness.setProcessingTime(i * 10L);
        }
        assertThat(harness.reports()).hasSize(SAMPLES.size() * 10 / 1000);
        harness.endSamples();
        harness.mails(Integer.MAX_VALUE);
        TrainingReport last = harness.lastReport();
        assertThat(last.getPhase()).isEqualTo(Phase.FINISHED);
        assertThat(last.getReservoirSeen() + last.getReservoirUnseen()).isZero();
        assertThat(last.getSamplesTrained()).isEqualTo(last.getDrawsTotal());
        assertThat(last.getValidationBatch()).isEqualTo(last.getBatches());

        int reports = harness.reports().size();
        harness.setProcessingTime(100_000);
        assertThat(harness.reports()).as("while it waits for its last checkpoint").hasSize(reports);
        harness.close();
    }

    @Test
    void saysWhereTheTimeGoes() throws Exception {
        var harness = harness(StudyFixture.counted(4));
        harness.open();
        for (Sample sample : SAMPLES) {
            harness.sample(sample);
        }
        harness.prepareSnapshotPreBarrier(1);
        harness.snapshot(1, 1);
        harness.setProcessingTime(1000);
        List<TrainingReport> reports = harness.reports();
        TrainingReport busy = reports.get(0);
        assertThat(busy.getStepMillis()).isPositive();
        assertThat(busy.getGatherMillis()).isPositive().isLessThan(busy.getStepMillis());
        assertThat(busy.getOptimiserMillis()).as("one with the step").isNull();
        assertThat(busy.getIngestMicros()).isPositive();
        assertThat(last(reports).getLastStallMillis()).isPositive();
        assertThat(last(reports).getMaxStallMillis()).isEqualTo(last(reports).getLastStallMillis());
        harness.close();
    }

    @Test
    void publishesAVersionPerCheckpointThatPredictsWhatTheTrainerDoes() throws Exception {
        var harness = harness(StudyFixture.counted(4));
        harness.open();
        harness.snapshot(1, 1);
        assertThat(harness.getSideOutput(OnlineTrainingOperatorFactory.MODEL_UPDATES)).isNull();
        for (Sample sample : SAMPLES) {
            harness.sample(sample);
        }
        harness.prepareSnapshotPreBarrier(2);
        harness.snapshot(2, 2);
        harness.endSamples();
        harness.mails(Integer.MAX_VALUE);
        List<ModelUpdate> updates = harness.models();
        assertThat(updates).extracting(ModelUpdate::getVersion).containsExactly(2L, 3L);
        assertThat(updates).extracting(ModelUpdate::getLast).containsExactly(false, true);
        ModelUpdate update = last(updates);
        assertThat(update.getWeightsSha256()).isEqualTo(harness.lastReport().getWeightsSha256());
        assertThat(update.getInputOffsets().get(0).getOffset()).isEqualTo(SAMPLES.size() - 1);
        byte[] weights = update.getWeights().array();
        try (Predictor predictor =
                new Predictor(
                        ModelDescription.fromJson(update.getModel()),
                        new ByteArrayInputStream(weights))) {
            assertThat(predictor.predict(new double[] {0.5, 0, 10}).get(0)).hasSize(12);
        }
        harness.close();
    }

    @Test
    void continuousPaceTrainsInMailsWhileTheInputIsIdle() throws Exception {
        var harness = harness(StudyFixture.continuous());
        harness.open();
        for (Sample sample : SAMPLES.subList(0, 80)) {
            harness.sample(sample);
        }
        harness.mails(50);
        harness.setProcessingTime(1000);
        assertThat(harness.lastReport().getBatches()).isBetween(30L, 60L);
        harness.close();
    }
}
