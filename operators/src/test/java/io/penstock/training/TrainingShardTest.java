package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.reservoir.NewestSpec;
import io.penstock.reservoir.ReservoirSpec;
import io.penstock.sample.Sample;
import io.penstock.sample.SampleForm;
import io.penstock.surrogate.SurrogateSpec.NormalizerSource;
import io.penstock.surrogate.TorchScriptModules;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingShardTest {
    private static final int SIMULATIONS = 24;
    private static final List<Sample> SAMPLES = StudyFixture.samples(SIMULATIONS);

    private static final ContinualSpec NOISE = new ContinualSpec(1e-3, 0.55, 0, 0, 1);
    private static final ContinualSpec AVERAGE = new ContinualSpec(0, 0.55, 0.99, 0, 1);
    private static final ContinualSpec TEACHER = new ContinualSpec(0, 0.55, 0, 0.5, 7);
    private static final ContinualSpec ALL = new ContinualSpec(1e-3, 0.55, 0.99, 0.5, 7);
    private static final SampleForm PAIRS = SampleForm.autoRegressive(1, 0);

    static Stream<Arguments> studies() {
        StudyFixture reservoir = StudyFixture.counted(4);
        return Stream.of(
                Arguments.of("reservoir", reservoir),
                Arguments.of("full checkpoint", reservoir.with(full(reservoir.reservoir()))),
                Arguments.of("newest", reservoir.with(newest(reservoir.reservoir()))),
                Arguments.of("moments", reservoir.with(NormalizerSource.MOMENTS)),
                Arguments.of("sgd", reservoir.with(OptimiserSpec.Kind.SGD)),
                Arguments.of("gradient noise", reservoir.with(NOISE)),
                Arguments.of("averaged weights", reservoir.with(AVERAGE)),
                Arguments.of("distilled", reservoir.with(TEACHER)),
                Arguments.of(
                        "distilled bundles, unrolled, noisy and averaged",
                        StudyFixture.autoRegressive(SampleForm.autoRegressive(2, 2)).with(ALL)),
                Arguments.of(
                        "fifo", StudyFixture.counted(1).with(buffer(ReservoirSpec.Kind.FIFO, 1))),
                Arguments.of(
                        "firo", StudyFixture.counted(2).with(buffer(ReservoirSpec.Kind.FIRO, 2))),
                Arguments.of("fewer draws than inserts", StudyFixture.counted(0.5)),
                Arguments.of("pairs", StudyFixture.autoRegressive(PAIRS)),
                Arguments.of(
                        "bundles, unrolled",
                        StudyFixture.autoRegressive(SampleForm.autoRegressive(2, 2))),
                Arguments.of("torch-script", reservoir.with(TorchScriptModules.spec("direct"))),
                Arguments.of(
                        "torch-script, unrolled",
                        StudyFixture.autoRegressive(SampleForm.autoRegressive(1, 2))
                                .with(TorchScriptModules.spec("ring"))));
    }

    private static ReservoirSpec buffer(ReservoirSpec.Kind kind, int pseudoEpochs) {
        return new ReservoirSpec(
                kind, 40, 15, pseudoEpochs, NewestSpec.NONE, ReservoirSpec.Checkpoint.REFERENCE);
    }

    private static ReservoirSpec newest(ReservoirSpec spec) {
        return new ReservoirSpec(
                spec.kind(),
                spec.capacity(),
                spec.threshold(),
                spec.pseudoEpochs(),
                new NewestSpec(0.4, 12),
                spec.checkpoint());
    }

    private static ReservoirSpec full(ReservoirSpec spec) {
        return new ReservoirSpec(
                spec.kind(),
                spec.capacity(),
                spec.threshold(),
                spec.pseudoEpochs(),
                NewestSpec.NONE,
                ReservoirSpec.Checkpoint.FULL);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("studies")
    void goesOnBitForBitAfterRestores(String name, StudyFixture fixture) throws IOException {
        byte[] uninterrupted = run(fixture, List.of(), List.of());
        byte[] interrupted = run(fixture, List.of(3, 77, 140, 141, 333), List.of(1, 2, 4));
        assertThat(interrupted).isEqualTo(uninterrupted);
    }

    /** State at the end of a run that is restored before the given samples and drain steps. */
    private static byte[] run(StudyFixture fixture, List<Integer> stops, List<Integer> drainStops)
            throws IOException {
        TrainingShard shard = new TrainingShard(fixture.spec(), 0);
        for (int i = 0; i < SAMPLES.size(); i++) {
            if (stops.contains(i)) {
                shard = restored(shard, fixture);
            }
            shard.accept(SAMPLES.get(i));
        }
        shard.receptionOver();
        for (int i = 0; shard.drain(); i++) {
            if (drainStops.contains(i)) {
                shard = restored(shard, fixture);
            }
        }
        try (TrainingShard finished = shard) {
            return state(finished);
        }
    }

    private static TrainingShard restored(TrainingShard shard, StudyFixture fixture)
            throws IOException {
        byte[] state = state(shard);
        shard.close();
        TrainingShard restored = new TrainingShard(fixture.spec(), 0);
        TrainerState.read(restored, new ByteArrayInputStream(state), StudyFixture.log(SAMPLES, 0));
        return restored;
    }

    private static byte[] stateAfterAHundred(StudyFixture fixture) throws IOException {
        try (TrainingShard shard = new TrainingShard(fixture.spec(), 0)) {
            SAMPLES.subList(0, 100).forEach(shard::accept);
            return state(shard);
        }
    }

    private static StudySpec with(StudySpec spec, ValidationSpec validation) {
        return new StudySpec(
                spec.sample(),
                spec.reservoir(),
                spec.surrogate(),
                spec.training(),
                validation,
                spec.seed());
    }

    private static byte[] state(TrainingShard shard) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TrainerState.write(shard, out);
        return out.toByteArray();
    }

    @Test
    void learnsAndCountsEverySampleOnce() {
        int simulations = 120;
        try (TrainingShard shard = new TrainingShard(StudyFixture.counted(8).spec(), 0)) {
            StudyFixture.samples(simulations).forEach(shard::accept);
            shard.receptionOver();
            while (shard.drain()) {}
            int training = (simulations - 2) * StudyFixture.STEPS;
            assertThat(shard.reservoir.inserts()).isEqualTo(training);
            assertThat(shard.counters().duplicates()).isEqualTo(simulations / 3);
            assertThat(shard.validation.size()).isEqualTo(2 * StudyFixture.STEPS);
            assertThat(shard.counters().samplesTrained()).isEqualTo(shard.reservoir.draws());
            assertThat(shard.reservoir.size()).isZero();
            assertThat(shard.lastValidation().batch()).isEqualTo(shard.counters().batches());
            assertThat(shard.lastValidation().normalisedRmse()).isLessThan(0.2);
        }
    }

    @Test
    void learnsToGoOnFromFields() {
        int bundle = 5;
        StudySpec study = StudyFixture.autoRegressive(SampleForm.autoRegressive(bundle, 0)).spec();
        try (TrainingShard shard = new TrainingShard(study, 0)) {
            StudyFixture.samples(200).forEach(shard::accept);
            shard.receptionOver();
            while (shard.drain()) {}
            assertThat(shard.isFinished()).isTrue();
            assertThat(shard.reservoir.size()).isZero();
            assertThat(shard.lastValidation().loss()).isLessThan(lossOfNoChange(bundle) / 4);
            assertThat(shard.counters().samplesTrained).isEqualTo(shard.reservoir.draws());
        }
    }

    /** Validation loss of a surrogate that predicts the steps it was given. */
    private static double lossOfNoChange(int bundle) {
        double sum = 0;
        int count = 0;
        for (long simulation = 0; simulation < 2; simulation++) {
            for (int step = bundle; step < StudyFixture.STEPS; step++) {
                float[] before = field(simulation, step - bundle);
                float[] after = field(simulation, step);
                for (int cell = 0; cell < after.length; cell++, count++) {
                    double change = (after[cell] - before[cell]) / 4; // The range of the field.
                    sum += change * change;
                }
            }
        }
        return sum / count;
    }

    private static float[] field(long simulation, int step) {
        byte[] row = StudyFixture.sample(simulation, step, 0).row();
        float[] field = new float[StudyFixture.CELLS];
        ByteBuffer.wrap(row)
                .order(ByteOrder.LITTLE_ENDIAN)
                .position(row.length - field.length * Float.BYTES)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(field);
        return field;
    }

    @Test
    void drawsTheRatioAskedForThenDrains() {
        try (TrainingShard shard = new TrainingShard(StudyFixture.counted(4).spec(), 0)) {
            SAMPLES.forEach(shard::accept);
            long owed = 4 * (shard.reservoir.inserts() - 15);
            assertThat(owed - shard.reservoir.draws()).isBetween(0L, 4L * 8);
            long before = shard.reservoir.draws();
            int held = shard.reservoir.size();
            shard.receptionOver();
            while (shard.drain()) {}
            assertThat(shard.reservoir.draws() - before).isEqualTo(held);
        }
    }

    @Test
    void continuousPaceTrainsWhenABatchCameInOrTheInputIsIdle() {
        try (TrainingShard shard = new TrainingShard(StudyFixture.continuous().spec(), 0)) {
            int i = 0;
            while (shard.reservoir.size() < 15) {
                shard.accept(SAMPLES.get(i++));
                assertThat(shard.isWorkDue(true)).isFalse();
            }
            shard.accept(SAMPLES.get(i++));
            assertThat(shard.isWorkDue(false)).isTrue();
            shard.work();
            assertThat(shard.isWorkDue(false)).isFalse();
            assertThat(shard.isWorkDue(true)).isTrue();
            shard.accept(SAMPLES.get(i++));
            assertThat(shard.isWorkDue(false)).isFalse();
        }
    }

    @Test
    void trainsInsteadOfDroppingWhenFullOfUnseenSamples() {
        StudyFixture fixture = StudyFixture.continuous();
        try (TrainingShard shard = new TrainingShard(fixture.spec(), 0)) {
            SAMPLES.forEach(shard::accept);
            assertThat(shard.reservoir.inserts()).isEqualTo((SIMULATIONS - 2) * StudyFixture.STEPS);
            assertThat(shard.counters().batches()).isPositive();
            assertThat(shard.reservoir.size()).isEqualTo(40);
        }
    }

    @Test
    void leavesOutWhatTheLogNoLongerHolds() throws IOException {
        StudyFixture fixture = StudyFixture.counted(4);
        byte[] state = stateAfterAHundred(fixture);
        try (TrainingShard restored = new TrainingShard(fixture.spec(), 0)) {
            TrainerState.read(
                    restored, new ByteArrayInputStream(state), StudyFixture.log(SAMPLES, 60));
            assertThat(restored.counters.lostReferences)
                    .isEqualTo(40 + 40 - restored.reservoir.size());
            assertThat(restored.reservoir.size()).isBetween(1, 39);
            SAMPLES.subList(90, 300).forEach(restored::accept);
            assertThat(restored.counters().duplicates()).isGreaterThanOrEqualTo(10);
        }
    }

    @Test
    void drainsThoughEveryValidationSampleIsLost() throws IOException {
        StudyFixture fixture = StudyFixture.counted(4);
        byte[] state = stateAfterAHundred(fixture);
        try (TrainingShard restored = new TrainingShard(fixture.spec(), 0)) {
            TrainerState.read(
                    restored, new ByteArrayInputStream(state), StudyFixture.log(SAMPLES, 50));
            restored.receptionOver();
            int left = 1000;
            while (restored.drain()) {
                assertThat(left--).isPositive();
            }
            assertThat(restored.reservoir.size()).isZero();
            assertThat(restored.lastValidation().isPresent()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7})
    void keepsTheRatioThoughValidationIsFrequent(int slice) {
        StudySpec frequent = with(StudyFixture.counted(8).spec(), new ValidationSpec(2, 10, slice));
        try (TrainingShard shard = new TrainingShard(frequent, 0)) {
            SAMPLES.forEach(shard::accept);
            long owed = 8 * (shard.reservoir.inserts() - 15);
            // The band is eight batches of 8.
            assertThat(owed - shard.reservoir.draws()).isBetween(0L, 64L);
        }
    }

    @Test
    void fifoIgnoresTheThreshold() {
        ReservoirSpec fifo = buffer(ReservoirSpec.Kind.FIFO, 1);
        try (TrainingShard shard =
                new TrainingShard(StudyFixture.counted(1).with(fifo).spec(), 0)) {
            SAMPLES.subList(0, 43 + 8).forEach(shard::accept);
            assertThat(shard.counters().batches()).isPositive();
        }
    }

    @Test
    void trainsWithoutValidation() {
        StudySpec without = with(StudyFixture.counted(4).spec(), new ValidationSpec(0, 10, 8));
        try (TrainingShard shard = new TrainingShard(without, 0)) {
            SAMPLES.subList(50, 200).forEach(shard::accept);
            shard.receptionOver();
            while (shard.drain()) {}
            assertThat(shard.counters().batches()).isPositive();
            assertThat(shard.lastValidation().isPresent()).isFalse();
        }
    }

    @Test
    void refusesDamagedAndForeignState() throws IOException {
        StudyFixture fixture = StudyFixture.counted(4);
        byte[] state = stateAfterAHundred(fixture);
        byte[] flipped = state.clone();
        flipped[state.length / 2] ^= 4;
        assertRefused(fixture, flipped, "damaged");
        byte[] otherMagic = state.clone();
        otherMagic[0] = 0;
        assertRefused(fixture, otherMagic, "PNSH");
        byte[] newer = state.clone();
        newer[7] = 9;
        assertRefused(fixture, newer, "version 9");
    }

    @Test
    void refusesStateThatIsCutOffWhereverThatIs() throws IOException {
        StudyFixture fixture = StudyFixture.counted(4);
        byte[] state = stateAfterAHundred(fixture);
        for (int length = 0; length < state.length; length += 1 + state.length / 97) {
            assertRefused(
                    fixture,
                    Arrays.copyOf(state, length),
                    "training state of shard 0 cannot be read, at or before byte " + length + ":");
        }
    }

    @Test
    void refusesTheStateOfAnotherOptimiser() throws IOException {
        StudyFixture adam = StudyFixture.counted(4);
        StudyFixture sgd = adam.with(OptimiserSpec.Kind.SGD);
        assertRefused(
                sgd,
                stateAfterAHundred(adam),
                "is of architecture and optimiser MLP 3 [16, 16] 12 adam but the study asks for MLP"
                        + " 3 [16, 16] 12 sgd");
        assertRefused(
                adam,
                stateAfterAHundred(sgd),
                "is of architecture and optimiser MLP 3 [16, 16] 12 sgd but the study asks for MLP"
                        + " 3 [16, 16] 12 adam");
    }

    private static void assertRefused(StudyFixture fixture, byte[] state, String reason) {
        try (TrainingShard shard = new TrainingShard(fixture.spec(), 0)) {
            assertThatThrownBy(
                            () ->
                                    TrainerState.read(
                                            shard,
                                            new ByteArrayInputStream(state),
                                            StudyFixture.log(SAMPLES, 0)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(reason);
        }
    }
}
