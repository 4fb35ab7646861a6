package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import io.penstock.reservoir.SlotStore;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Normalizer;
import io.penstock.sample.Quantity;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import io.penstock.surrogate.MlpSpec;
import io.penstock.surrogate.SurrogateSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the tensor code against the formulas written out in double precision. */
class SurrogateTrainerTest {
    private static final SampleSpec SAMPLE =
            new SampleSpec(
                    "reference",
                    List.of(new Quantity("a", "", -2, 2), new Quantity("b", "", 0, 10)),
                    new Quantity("time", "s", 0, 4),
                    List.of(
                            new FieldSpec("u", "K", List.of(2), 100, 500),
                            new FieldSpec("v", "m", List.of(1), 0, 2)),
                    4,
                    1 << 20);
    private static final SurrogateSpec MLP =
            new SurrogateSpec(
                    new MlpSpec(List.of(5)),
                    SampleForm.DIRECT,
                    SurrogateSpec.NormalizerSource.RANGES);
    private static final int BATCH = 6;

    private static TrainingSpec training(
            OptimiserSpec.Kind kind, double weightDecay, double clipNorm) {
        return new TrainingSpec(
                BATCH,
                new OptimiserSpec(
                        kind,
                        1e-2,
                        weightDecay,
                        0.9,
                        0.99,
                        1e-8,
                        clipNorm,
                        new LearningRateSchedule(0, 1, 0)),
                ContinualSpec.NONE,
                new PaceSpec(PaceSpec.Kind.CONTINUOUS, 1),
                1,
                StudyFixture.MERGE,
                1,
                TrainingSpec.Until.FOREVER,
                Duration.ofSeconds(1));
    }

    private static SurrogateTrainer trainer(TrainingSpec training) {
        return trainer(SAMPLE, MLP, training);
    }

    private static SurrogateTrainer trainer(
            SampleSpec sample, SurrogateSpec surrogate, double clipNorm) {
        return trainer(sample, surrogate, training(OptimiserSpec.Kind.ADAM, 0, clipNorm));
    }

    private static SurrogateTrainer trainer(
            SampleSpec sample, SurrogateSpec surrogate, TrainingSpec training) {
        return new SurrogateTrainer(
                new StudySpec(
                        sample,
                        StudyFixture.counted(1).reservoir(),
                        surrogate,
                        training,
                        new ValidationSpec(1, 1, 4),
                        1),
                Normalizer.ofRanges(sample),
                RandomSource.XO_SHI_RO_256_PP.create(7L),
                RandomSource.XO_SHI_RO_256_PP.create(8L));
    }

    private static SlotStore rows() {
        SlotStore store = SlotStore.allocate(BATCH, SAMPLE.rowBytes());
        for (int i = 0; i < BATCH; i++) {
            ByteBuffer row = ByteBuffer.allocate(SAMPLE.rowBytes()).order(ByteOrder.LITTLE_ENDIAN);
            for (double value : inputs(i)) {
                row.putFloat((float) value);
            }
            for (double value : outputs(i)) {
                row.putFloat((float) value);
            }
            store.put(i, row.array());
        }
        return store;
    }

    private static double[] inputs(int i) {
        return new double[] {i * 0.5 - 1, i, i * 0.75};
    }

    private static double[] outputs(int i) {
        return new double[] {150 + 40 * i, 480 - 30 * i, 0.25 * i};
    }

    @ParameterizedTest
    @CsvSource({
        "ADAM, 0, 0",
        "ADAM, 0.01, 0",
        "ADAM, 0, 0.05",
        "ADAM, 0.01, 0.05",
        "SGD, 0, 0",
        "SGD, 0.1, 0",
        "SGD, 0, 0.05",
        "SGD, 0.1, 0.05"
    })
    void stepsAsTheFormulasSay(OptimiserSpec.Kind kind, double weightDecay, double clipNorm) {
        TrainingSpec training = training(kind, weightDecay, clipNorm);
        try (SlotStore store = rows();
                SurrogateTrainer trainer = trainer(training)) {
            ReferenceMlp reference = new ReferenceMlp(weights(trainer), 5);
            int[][] batches = {{0, 1, 2, 3, 4, 5}, {5, 5, 0}, {2, 1, 4, 3, 2, 0}};
            for (int k = 0; k < batches.length; k++) {
                int[] batch = batches[k];
                trainer.resetTrainingSums();
                double loss = reference.loss(batch);
                double freshLoss = reference.loss(new int[] {batch[0]});
                double norm = reference.step(batch, training.optimiser());
                boolean[] fresh = new boolean[batch.length];
                fresh[0] = true;
                trainer.step(store, new Drawn(batch, fresh, batch.length, 1), 1e-2, 0);
                double[] sums = trainer.trainingSums();
                assertThat(sums[0]).isCloseTo(loss, within(1e-6));
                assertThat(sums[1]).isCloseTo(freshLoss, within(1e-6));
                assertThat(sums[2]).isCloseTo(norm, within(1e-5));
            }
            assertThat(weights(trainer)).containsExactly(reference.weights, within(2e-5));
        }
    }

    /** A clip norm that is never reached asks for the other way to the same weights. */
    @Test
    void goesThroughTheWeightsInOnePassAsAutogradInTwo() {
        SampleSpec wide =
                new SampleSpec(
                        "wide",
                        List.of(new Quantity("a", "", -1, 1)),
                        new Quantity("time", "s", 0, 1),
                        List.of(new FieldSpec("u", "", List.of(5000), -1, 1)),
                        4,
                        1 << 20);
        SurrogateSpec deep =
                new SurrogateSpec(
                        new MlpSpec(List.of(80, 2000, 96)),
                        SampleForm.DIRECT,
                        SurrogateSpec.NormalizerSource.RANGES);
        try (SlotStore store = SlotStore.allocate(BATCH, wide.rowBytes());
                SurrogateTrainer onePass = trainer(wide, deep, 0);
                SurrogateTrainer autograd = trainer(wide, deep, 1e30)) {
            var values = RandomSource.XO_SHI_RO_256_PP.create(3L);
            for (int i = 0; i < BATCH; i++) {
                ByteBuffer row =
                        ByteBuffer.allocate(wide.rowBytes()).order(ByteOrder.LITTLE_ENDIAN);
                while (row.hasRemaining()) {
                    row.putFloat(values.nextFloat() * 2 - 1);
                }
                store.put(i, row.array());
            }
            boolean[] fresh = {true, false, true, false, false, true};
            for (int k = 0; k < 3; k++) {
                int n = k == 1 ? 4 : BATCH;
                for (SurrogateTrainer trainer : List.of(onePass, autograd)) {
                    trainer.resetTrainingSums();
                    trainer.step(
                            store, new Drawn(new int[] {0, 1, 2, 3, 4, 5}, fresh, n, 1), 1e-3, 0);
                }
                assertThat(onePass.trainingSums())
                        .containsExactly(autograd.trainingSums(), within(1e-5));
            }
            // Adam divides by the gradient's size: where that is rounding, a step has any sign.
            double[] expected = weights(autograd);
            double[] found = weights(onePass);
            double[] apart =
                    IntStream.range(0, found.length)
                            .mapToDouble(i -> Math.abs(found[i] - expected[i]))
                            .sorted()
                            .toArray();
            assertThat(apart[apart.length - 1]).isLessThan(6e-3);
            assertThat(apart[(int) (apart.length * 0.999)]).isLessThan(2e-5);
        }
    }

    @Test
    void measuresAnOptimiserOfItsOwn() {
        try (SlotStore store = rows();
                SurrogateTrainer trainer = trainer(training(OptimiserSpec.Kind.SGD, 0, 0))) {
            trainer.step(store, new Drawn(new int[] {0, 1, 2}, new boolean[3], 3, 1), 1e-2, 0);
            StepTimes times = trainer.times();
            assertThat(times.optimiserMillis()).isPositive().isLessThan(times.stepMillis());
            times.reset();
            assertThat(times.stepMillis()).isNull();
            assertThat(times.optimiserMillis()).isNull();
        }
    }

    /** Units that are never active get no gradient, so their moments only fade. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 1e30})
    void setsFadedMomentsToZeroNowAndThen(double clipNorm) {
        try (SlotStore store = rows();
                SurrogateTrainer trainer =
                        trainer(training(OptimiserSpec.Kind.ADAM, 0, clipNorm))) {
            NDArray hiddenBias = trainer.surrogate().weights().get(1).values();
            hiddenBias.set(FloatBuffer.wrap(new float[] {-99, -99, -99, -99, -99}));
            NDArray moment = trainer.stateTensors().get(4 + 1);
            moment.set(FloatBuffer.wrap(new float[] {2e-30f, 1e-31f, -1e-35f, 1e-42f, 0}));
            int[] batch = {0, 1, 2, 3, 4, 5};

            trainer.step(store, new Drawn(batch, new boolean[BATCH], BATCH, 1), 1e-2, 1);
            assertThat(moment.getFloat(1)).isCloseTo(0.9e-31f, withinPercentage(1));

            trainer.step(store, new Drawn(batch, new boolean[BATCH], BATCH, 1), 1e-2, 64);
            assertThat(moment.getFloat(0)).isCloseTo(1.62e-30f, withinPercentage(1));
            assertThat(moment.toFloatArray()).endsWith(0, 0, 0, 0);
        }
    }

    @Test
    void evaluatesInSlicesWithoutMovingTheWeights() {
        try (SlotStore store = rows();
                SurrogateTrainer trainer = trainer(training(OptimiserSpec.Kind.ADAM, 0, 0))) {
            double[] before = weights(trainer);
            trainer.evaluate(store, new Drawn(new int[] {0, 1, 2, 3}, new boolean[4], 4, 1));
            trainer.evaluate(store, new Drawn(new int[] {4, 5}, new boolean[2], 2, 1));
            ValidationResult result = ValidationResult.of(trainer.errorSums(), BATCH * 3L, 0);
            ReferenceMlp reference = new ReferenceMlp(before, 5);
            int[] all = IntStream.range(0, BATCH).toArray();
            assertThat(result.loss()).isCloseTo(reference.loss(all), within(1e-6));
            assertThat(result.mse())
                    .isCloseTo(reference.physicalMse(all), within(1e-5 * result.mse()));
            assertThat(result.normalisedRmse())
                    .isCloseTo(
                            Math.sqrt(reference.loss(all)) / reference.targetDeviation(all),
                            within(1e-5));
            assertThat(weights(trainer)).isEqualTo(before);
        }
    }

    private static double[] weights(SurrogateTrainer trainer) {
        return trainer.surrogate().weights().stream()
                .map(weight -> weight.values().toFloatArray())
                .flatMapToDouble(
                        values -> IntStream.range(0, values.length).mapToDouble(i -> values[i]))
                .toArray();
    }

    /** The same model, loss and optimiser in double precision, gradients by central differences. */
    private static final class ReferenceMlp {
        final double[] weights;
        private final int hidden;
        private final double[] first;
        private final double[] second;
        private int steps;

        ReferenceMlp(double[] weights, int hidden) {
            this.weights = weights.clone();
            this.hidden = hidden;
            this.first = new double[weights.length];
            this.second = new double[weights.length];
        }

        private double[] forward(double[] x) {
            double[] h = new double[hidden];
            int at = 0;
            for (int j = 0; j < hidden; j++) {
                for (double value : x) {
                    h[j] += weights[at++] * value;
                }
            }
            for (int j = 0; j < hidden; j++) {
                h[j] = Math.max(0, h[j] + weights[at++]);
            }
            double[] y = new double[3];
            for (int j = 0; j < y.length; j++) {
                for (double value : h) {
                    y[j] += weights[at++] * value;
                }
            }
            for (int j = 0; j < y.length; j++) {
                y[j] += weights[at++];
            }
            return y;
        }

        private static double[] normalisedInputs(int i) {
            double[] x = inputs(i);
            return new double[] {x[0] / 2, (x[1] - 5) / 5, (x[2] - 2) / 2};
        }

        private static double[] normalisedOutputs(int i) {
            double[] y = outputs(i);
            return new double[] {(y[0] - 100) / 400, (y[1] - 100) / 400, y[2] / 2};
        }

        double loss(int[] batch) {
            return meanSquare(batch, new double[] {1, 1, 1});
        }

        double physicalMse(int[] batch) {
            return meanSquare(batch, new double[] {400, 400, 2});
        }

        private double meanSquare(int[] batch, double[] units) {
            double sum = 0;
            for (int i : batch) {
                double[] y = forward(normalisedInputs(i));
                double[] t = normalisedOutputs(i);
                for (int j = 0; j < y.length; j++) {
                    sum += Math.pow((y[j] - t[j]) * units[j], 2);
                }
            }
            return sum / (batch.length * 3);
        }

        double targetDeviation(int[] batch) {
            double sum = 0;
            double squares = 0;
            for (int i : batch) {
                for (double t : normalisedOutputs(i)) {
                    sum += t;
                    squares += t * t;
                }
            }
            double n = batch.length * 3;
            return Math.sqrt(squares / n - (sum / n) * (sum / n));
        }

        /** One step of the optimiser; returns the norm of the gradient. */
        double step(int[] batch, OptimiserSpec spec) {
            double[] gradient = new double[weights.length];
            double squares = 0;
            for (int i = 0; i < weights.length; i++) {
                double w = weights[i];
                double h = 1e-6;
                weights[i] = w + h;
                double up = loss(batch);
                weights[i] = w - h;
                double down = loss(batch);
                weights[i] = w;
                gradient[i] = (up - down) / (2 * h);
                squares += gradient[i] * gradient[i];
            }
            double norm = Math.sqrt(squares);
            double clip = spec.clipNorm() > 0 ? Math.min(1, spec.clipNorm() / norm) : 1;
            for (int i = 0; i < weights.length; i++) {
                gradient[i] = gradient[i] * clip + spec.weightDecay() * weights[i];
            }
            switch (spec.kind()) {
                case ADAM -> adam(gradient, spec);
                case SGD -> sgd(gradient, spec);
            }
            return norm;
        }

        private void adam(double[] gradient, OptimiserSpec spec) {
            steps++;
            for (int i = 0; i < weights.length; i++) {
                double g = gradient[i];
                first[i] = spec.beta1() * first[i] + (1 - spec.beta1()) * g;
                second[i] = spec.beta2() * second[i] + (1 - spec.beta2()) * g * g;
                double m = first[i] / (1 - Math.pow(spec.beta1(), steps));
                double v = second[i] / (1 - Math.pow(spec.beta2(), steps));
                weights[i] -= spec.learningRate() * m / (Math.sqrt(v) + spec.epsilon());
            }
        }

        private void sgd(double[] gradient, OptimiserSpec spec) {
            for (int i = 0; i < weights.length; i++) {
                weights[i] -= spec.learningRate() * gradient[i];
            }
        }
    }
}
