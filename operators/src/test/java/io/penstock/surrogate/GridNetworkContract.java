package io.penstock.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.surrogate.Surrogate.NamedWeight;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every network over a grid does, whatever its family. */
abstract class GridNetworkContract {
    private static final int SAMPLES = 10;
    private static final int STEPS = 250;
    private static final float RATE = 0.01f;

    /** A network. */
    record Case(Architecture architecture, NetworkShape shape) {
        Surrogate create(long seed) {
            return Surrogate.create(
                    architecture, shape, Device.cpu(), RandomSource.XO_SHI_RO_256_PP.create(seed));
        }
    }

    /** Inputs, and outputs to learn. */
    record Batch(NDList inputs, NDArray outputs) {
        static Batch random(NDManager manager, NetworkShape shape, int samples, long seed) {
            Random random = new Random(seed);
            NDList inputs =
                    new NDList(numbers(manager, random, new Shape(samples, shape.scalars())));
            if (shape.inputChannels() > 0) {
                List<Long> extents = new ArrayList<>(List.of((long) samples));
                extents.add((long) shape.inputChannels());
                shape.grid().forEach(extent -> extents.add((long) extent));
                inputs.add(numbers(manager, random, new Shape(extents)));
            }
            return new Batch(inputs, waves(manager, random, samples, shape));
        }

        /**
         * Of one cycle, two or three, and from anywhere in the cycle: nothing given tells which.
         */
        private static NDArray waves(
                NDManager manager, Random random, int samples, NetworkShape shape) {
            float[] values = new float[samples * shape.outputs()];
            int cells = shape.cells();
            for (int wave = 0; wave < values.length / cells; wave++) {
                double cycles = random.nextInt(1, 4);
                double start = random.nextDouble();
                for (int cell = 0; cell < cells; cell++) {
                    double cycle = start + cycles * cell / cells;
                    values[wave * cells + cell] = (float) Math.sin(2 * Math.PI * cycle);
                }
            }
            return manager.create(values, new Shape(samples, shape.outputs()));
        }

        private static NDArray numbers(NDManager manager, Random random, Shape shape) {
            float[] values = new float[(int) shape.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextDouble(-1, 1);
            }
            return manager.create(values, shape);
        }
    }

    @BeforeEach
    void leaveGraphsToThoseWhoTrain() {
        Engine.getEngine("PyTorch");
        JniUtils.setGradMode(false);
    }

    /** Gradients of {@code sum(outputs × prediction)} in all weights. */
    private static void derive(Surrogate surrogate, NDList inputs, NDArray gradient) {
        JniUtils.setGradMode(true);
        NDArray prediction = surrogate.forward(inputs, true);
        JniUtils.setGradMode(false);
        JniUtils.backward((PtNDArray) prediction, (PtNDArray) gradient, false, false);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void predictsARowOfOutputsASample(Case one) {
        try (Surrogate surrogate = one.create(1);
                NDManager scope = surrogate.manager().newSubManager()) {
            one.architecture.check(one.shape);
            Batch batch = Batch.random(scope, one.shape, 3, 1);
            NDArray prediction = surrogate.forward(batch.inputs, false);
            assertThat(prediction.getShape()).isEqualTo(new Shape(3, one.shape.outputs()));
            float[] alone =
                    surrogate
                            .forward(
                                    new NDList(
                                            batch.inputs.stream().map(x -> x.get("1:2")).toList()),
                                    false)
                            .toFloatArray();
            float[] amongOthers = prediction.get(1).toFloatArray();
            for (int i = 0; i < alone.length; i++) {
                assertThat(alone[i]).isCloseTo(amongOthers[i], within(1e-5f));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void saysHowManyWeightsItHas(Case one) {
        try (Surrogate surrogate = one.create(1)) {
            assertThat(one.architecture.weights(one.shape)).isEqualTo(surrogate.size());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void leavesNothingBehindInTheManagerOfTheWeights(Case one) {
        try (Surrogate surrogate = one.create(1)) {
            surrogate.weights().forEach(weight -> weight.values().setRequiresGradient(true));
            int before = surrogate.manager().getManagedArrays().size();
            try (NDManager scope = surrogate.manager().newSubManager()) {
                Batch batch = Batch.random(scope, one.shape, 2, 1);
                derive(surrogate, batch.inputs, batch.outputs);
            }
            assertThat(surrogate.manager().getManagedArrays()).hasSize(before);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theSeedDecidesTheWeights(Case one) throws IOException {
        try (Surrogate surrogate = one.create(1);
                Surrogate same = one.create(1);
                Surrogate other = one.create(2)) {
            assertThat(ModelFilesTest.weights(same))
                    .isEqualTo(ModelFilesTest.weights(surrogate))
                    .isNotEqualTo(ModelFilesTest.weights(other));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void predictsTheSameBitsOnceRestored(Case one) throws IOException {
        try (Surrogate surrogate = one.create(1);
                Surrogate restored = one.create(2);
                NDManager scope = surrogate.manager().newSubManager()) {
            Safetensors.read(
                    restored.weights(),
                    new ByteArrayInputStream(ModelFilesTest.weights(surrogate)));
            Batch batch = Batch.random(scope, one.shape, 3, 1);
            assertThat(restored.forward(batch.inputs, false).toFloatArray())
                    .isEqualTo(surrogate.forward(batch.inputs, false).toFloatArray());
        }
    }

    /** Else a restored trainer would not go on as one that never stopped. */
    @ParameterizedTest
    @MethodSource("cases")
    void derivesTheSameBitsAgain(Case one) {
        assertThat(gradients(one)).isDeepEqualTo(gradients(one));
    }

    private static float[][] gradients(Case one) {
        try (Surrogate surrogate = one.create(1);
                NDManager scope = surrogate.manager().newSubManager()) {
            List<NDArray> weights = surrogate.weights().stream().map(NamedWeight::values).toList();
            weights.forEach(weight -> weight.setRequiresGradient(true));
            Batch batch = Batch.random(scope, one.shape, 3, 1);
            derive(surrogate, batch.inputs, batch.outputs);
            return weights.stream()
                    .map(weight -> weight.getGradient().toFloatArray())
                    .toArray(float[][]::new);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isWrittenAndReadAsJson(Case one) throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper();
        String text = json.writeValueAsString(one.architecture);
        assertThat(text).contains("\"kind\":\"" + one.architecture.kind() + '"');
        assertThat(json.readValue(text, Architecture.class)).isEqualTo(one.architecture);
    }

    /**
     * The derivative of {@code L = sum(outputs × prediction)} along a random direction, in the
     * weights and then in each input, against central differences. Tolerance: 1 % of the
     * derivative, or what rounding of L to 24 bits makes of a difference this small.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void itsGradientIsTheSlopeOfItsLoss(Case one) {
        try (Surrogate surrogate = one.create(1);
                NDManager scope = surrogate.manager().newSubManager()) {
            Batch batch = Batch.random(scope, one.shape, 2, 1);
            List<NDArray> weights = surrogate.weights().stream().map(NamedWeight::values).toList();
            List<NDArray> all = new ArrayList<>(weights);
            all.addAll(batch.inputs);
            all.forEach(tensor -> tensor.setRequiresGradient(true));
            derive(surrogate, batch.inputs, batch.outputs);
            Random random = new Random(7);
            assertSlope(surrogate, batch, weights, random);
            for (NDArray tensor : all) {
                assertSlope(surrogate, batch, List.of(tensor), random);
            }
        }
    }

    private static void assertSlope(
            Surrogate surrogate, Batch batch, List<NDArray> tensors, Random random) {
        double step = 1e-3;
        double expected = 0;
        double norm = 0;
        List<float[]> middles = new ArrayList<>();
        List<float[]> directions = new ArrayList<>();
        for (NDArray tensor : tensors) {
            float[] gradient = tensor.getGradient().toFloatArray();
            float[] direction = new float[gradient.length];
            for (int i = 0; i < direction.length; i++) {
                direction[i] = random.nextBoolean() ? 1 : -1;
                expected += direction[i] * (double) gradient[i];
                norm += gradient[i] * (double) gradient[i];
            }
            middles.add(tensor.toFloatArray());
            directions.add(direction);
        }
        double above = loss(surrogate, batch, tensors, middles, directions, step);
        double below = loss(surrogate, batch, tensors, middles, directions, -step);
        loss(surrogate, batch, tensors, middles, directions, 0);
        assertThat((above - below) / (2 * step))
                .isCloseTo(expected, within(0.01 * Math.sqrt(norm) + 1e-3));
    }

    private static double loss(
            Surrogate surrogate,
            Batch batch,
            List<NDArray> tensors,
            List<float[]> middles,
            List<float[]> directions,
            double step) {
        for (int t = 0; t < tensors.size(); t++) {
            float[] values = middles.get(t).clone();
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (step * directions.get(t)[i]);
            }
            tensors.get(t).set(FloatBuffer.wrap(values));
        }
        float[] prediction = surrogate.forward(batch.inputs, false).toFloatArray();
        float[] outputs = batch.outputs.toFloatArray();
        double loss = 0;
        for (int i = 0; i < prediction.length; i++) {
            loss += prediction[i] * (double) outputs[i];
        }
        return loss;
    }

    /** The outputs cannot be derived from the inputs. */
    @ParameterizedTest
    @MethodSource("cases")
    void learnsTenSamplesByHeart(Case one) {
        try (Surrogate surrogate = one.create(1)) {
            surrogate.weights().forEach(weight -> weight.values().setRequiresGradient(true));
            NDManager manager = surrogate.manager();
            Batch batch = Batch.random(manager, one.shape, SAMPLES, 1);
            Optimizer adam = Optimizer.adam().optLearningRateTracker(Tracker.fixed(RATE)).build();
            double before = error(surrogate, batch);
            for (int step = 0; step < STEPS; step++) {
                train(surrogate, batch, adam);
            }
            assertThat(error(surrogate, batch)).isLessThan(0.1 * before);
        }
    }

    private static double error(Surrogate surrogate, Batch batch) {
        try (NDManager scope = surrogate.manager().newSubManager()) {
            NDArray error = surrogate.forward(batch.inputs, false).sub(batch.outputs);
            error.attach(scope);
            return error.square().mean().getFloat();
        }
    }

    private static void train(Surrogate surrogate, Batch batch, Optimizer optimizer) {
        try (NDManager scope = surrogate.manager().newSubManager()) {
            NDList inputs = new NDList(batch.inputs.stream().map(NDArray::duplicate).toList());
            inputs.attach(scope);
            NDArray gradient = surrogate.forward(inputs, false).sub(batch.outputs);
            derive(surrogate, inputs, gradient.mul(2f / batch.outputs.size()));
            for (NamedWeight weight : surrogate.weights()) {
                NDArray slope = weight.values().getGradient();
                optimizer.update(weight.name(), weight.values(), slope);
                JniUtils.zeroGrad((PtNDArray) weight.values());
                slope.close();
            }
        }
    }
}
