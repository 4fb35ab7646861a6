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
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnlineTrainingOperatorTest {
    private static final List<Sample> SAMPLES = StudyFixture.samples(12);
    private static final int MAX_PARALLELISM = 128;

    @TempDir java.nio.file.Path models;

    private KeyedOneInputStreamOperatorTestHarness<Integer, Sample, WireRecord> harness(
            StudyFixture fixture) throws Exception {
        TrainingSettings settings =
                new TrainingSettings(
                        fixture.spec(),
                        "solver-outputs",
                        () -> StudyFixture.log(SAMPLES, 0),
                        new ModelOutput(models.toUri().toString(), 2));
        KeyedOneInputStreamOperatorTestHarness<Integer, Sample, WireRecord> harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new OnlineTrainingOperatorFactory(settings),
                        new ShardAssigner(1, MAX_PARALLELISM),
                        Types.INT,
                        MAX_PARALLELISM,
                        1,
                        0);
        harness.setup(
                WireRecordTypes.WIRE_RECORD.createSerializer(
                        harness.getExecutionConfig().getSerializerConfig()));
        return harness;
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
                harness.processElement(new StreamRecord<>(SAMPLES.get(i)));
                harness.close();
                harness = harness(fixture);
                harness.initializeState(state);
                harness.open();
            }
            harness.processElement(new StreamRecord<>(SAMPLES.get(i)));
        }
        byte[] state = rawState(harness.snapshot(9999, 9999));
        harness.endInput();
        Outcome outcome = new Outcome(last(reports(harness)), last(models(harness)), state);
        harness.close();
        return outcome;
    }

    private static byte[] rawState(OperatorSubtaskState state) throws Exception {
        KeyedStateHandle handle = state.getRawKeyedState().iterator().next();
        try (var in = ((KeyGroupsStateHandle) handle).openInputStream()) {
            return in.readAllBytes();
        }
    }

    private static List<TrainingReport> reports(
            KeyedOneInputStreamOperatorTestHarness<Integer, Sample, WireRecord> harness)
            throws Exception {
        List<TrainingReport> reports = new ArrayList<>();
        for (WireRecord record : harness.extractOutputValues()) {
            reports.add(TrainingReport.getDecoder().decode(record.value()));
        }
        return reports;
    }

    private static List<ModelUpdate> models(
            KeyedOneInputStreamOperatorTestHarness<Integer, Sample, WireRecord> harness)
            throws Exception {
        List<ModelUpdate> updates = new ArrayList<>();
        var output = harness.getSideOutput(OnlineTrainingOperatorFactory.MODEL_UPDATES);
        for (StreamRecord<WireRecord> record : output) {
            updates.add(ModelUpdate.getDecoder().decode(record.getValue().value()));
        }
        return updates;
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 5})
    void failuresChangeNothing(double samplesPerInsert) throws Exception {
        StudyFixture fixture = StudyFixture.counted(samplesPerInsert);
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
            harness.processElement(new StreamRecord<>(SAMPLES.get(i)));
            harness.setProcessingTime(i * 10L);
        }
        assertThat(reports(harness)).hasSize(SAMPLES.size() * 10 / 1000);
        harness.endInput();
        TrainingReport last = last(reports(harness));
        assertThat(last.getPhase()).isEqualTo(Phase.FINISHED);
        assertThat(last.getReservoirSeen() + last.getReservoirUnseen()).isZero();
        assertThat(last.getSamplesTrained()).isEqualTo(last.getDrawsTotal());
        assertThat(last.getValidationBatch()).isEqualTo(last.getBatches());

        int reports = reports(harness).size();
        harness.setProcessingTime(100_000);
        assertThat(reports(harness)).as("while it waits for its last checkpoint").hasSize(reports);
        harness.close();
    }

    @Test
    void publishesAVersionPerCheckpointThatPredictsWhatTheTrainerDoes() throws Exception {
        var harness = harness(StudyFixture.counted(4));
        harness.open();
        harness.snapshot(1, 1);
        assertThat(harness.getSideOutput(OnlineTrainingOperatorFactory.MODEL_UPDATES)).isNull();
        for (Sample sample : SAMPLES) {
            harness.processElement(new StreamRecord<>(sample));
        }
        harness.prepareSnapshotPreBarrier(2);
        harness.snapshot(2, 2);
        harness.endInput();
        List<ModelUpdate> updates = models(harness);
        assertThat(updates).extracting(ModelUpdate::getVersion).containsExactly(2L, 3L);
        assertThat(updates).extracting(ModelUpdate::getLast).containsExactly(false, true);
        ModelUpdate update = last(updates);
        assertThat(update.getWeightsSha256()).isEqualTo(last(reports(harness)).getWeightsSha256());
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
            harness.processElement(new StreamRecord<>(sample));
        }
        for (int mail = 0; mail < 50; mail++) {
            harness.getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
        }
        harness.setProcessingTime(1000);
        assertThat(last(reports(harness)).getBatches()).isBetween(30L, 60L);
        harness.close();
    }
}
