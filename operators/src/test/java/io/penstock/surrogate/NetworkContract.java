package io.penstock.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import io.penstock.sample.SampleForm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;

/**
 * What holds of every architecture. A subclass is a {@link ParameterizedClass} of the networks to
 * try: each form and number of axes that the architecture is for.
 */
abstract class NetworkContract {
    private static final int SAMPLES = 3;

    private final NetworkCase network;
    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final UniformRandomProvider random = NetworkCase.random(20);

    NetworkContract(NetworkCase network) {
        this.network = network;
    }

    @BeforeEach
    void recordNothing() {
        JniUtils.setGradMode(false);
    }

    @AfterEach
    void free() {
        manager.close();
    }

    @Test
    void predictsAllChannelsOfAllCells() {
        network.architecture().check(network.shape());
        try (Surrogate surrogate = network.create(1)) {
            NDArray prediction = surrogate.forward(inputs(SAMPLES), false);
            assertThat(prediction.getShape())
                    .isEqualTo(new Shape(SAMPLES, network.shape().outputs()));
            assertThat(prediction.toFloatArray()).doesNotContain(Float.NaN);
        }
    }

    @Test
    void hasTheWeightsItSaysUnderNamesOfTheirOwn() {
        try (Surrogate surrogate = network.create(1)) {
            assertThat(surrogate.size()).isEqualTo(network.architecture().weights(network.shape()));
            assertThat(surrogate.weights().stream().map(Surrogate.NamedWeight::name))
                    .doesNotHaveDuplicates();
        }
    }

    /** Whether the seed decides the weights, and not what the architecture brings. */
    boolean beginsAtRandom() {
        return true;
    }

    @Test
    void theSeedDecidesTheWeights() throws IOException {
        assumeTrue(beginsAtRandom());
        try (Surrogate one = network.create(1);
                Surrogate same = network.create(1);
                Surrogate other = network.create(2)) {
            assertThat(ModelFilesTest.weights(same))
                    .isEqualTo(ModelFilesTest.weights(one))
                    .isNotEqualTo(ModelFilesTest.weights(other));
        }
    }

    @Test
    void predictsTheSameBitsWhenRestored() throws IOException {
        try (Surrogate surrogate = network.create(1);
                Surrogate restored = network.create(2)) {
            leaveZero(surrogate);
            NDList inputs = inputs(SAMPLES);
            byte[] file = ModelFilesTest.weights(surrogate);
            Safetensors.read(restored.weights(), new ByteArrayInputStream(file));
            assertThat(restored.forward(inputs, false).toFloatArray())
                    .isEqualTo(surrogate.forward(inputs, false).toFloatArray());
        }
    }

    /** But for rounding, since a batch's sums may be taken in another order. */
    @Test
    void predictsASampleAloneAsAmongOthers() {
        try (Surrogate surrogate = network.create(1)) {
            leaveZero(surrogate);
            NDList inputs = inputs(SAMPLES);
            float[] together = surrogate.forward(inputs, false).toFloatArray();
            NDList last = new NDList();
            inputs.forEach(input -> last.add(input.get(SAMPLES - 1 + ":")));
            float[] alone = surrogate.forward(last, false).toFloatArray();
            int offset = together.length - alone.length;
            for (int i = 0; i < alone.length; i++) {
                assertThat(together[offset + i]).isCloseTo(alone[i], within(1e-5f));
            }
        }
    }

    @Test
    void isTheSameWhenReadFromItsDescription() throws IOException {
        ModelDescription description =
                new ModelDescription(
                        ModelDescription.FORMAT,
                        "contract",
                        network.architecture(),
                        SampleForm.DIRECT,
                        List.of(),
                        List.of());
        String json = description.toJson();
        assertThat(json).contains('"' + network.architecture().kind() + '"');
        assertThat(ModelDescription.fromJson(json)).isEqualTo(description);
    }

    @Test
    void derivesBackwardsWhatDifferencesShow() {
        try (Surrogate surrogate = network.create(1)) {
            leaveZero(surrogate);
            // Else rounding would drown what the first of many layers do to the outputs.
            surrogate.weights().forEach(w -> w.values().muli(1.5f));
            NDList inputs = inputs(SAMPLES);
            NDArray factors = network.outputs(SAMPLES, manager, random);
            inputs.forEach(input -> input.setRequiresGradient(true));
            backward(recorded(surrogate, inputs), factors);
            DifferenceQuotient differences =
                    new DifferenceQuotient(surrogate, inputs, factors, random);
            surrogate.weights().forEach(w -> differences.assertGradient(w.name(), w.values()));
            for (int i = 0; i < inputs.size(); i++) {
                differences.assertGradient("input " + i, inputs.get(i));
            }
        }
    }

    /** Else a restored trainer would not go on as one that never stopped. */
    @Test
    void derivesTheSameBitsAgain() {
        NDList inputs = inputs(SAMPLES);
        NDArray factors = network.outputs(SAMPLES, manager, random);
        assertThat(gradients(inputs, factors)).isDeepEqualTo(gradients(inputs, factors));
    }

    private float[][] gradients(NDList inputs, NDArray factors) {
        try (Surrogate surrogate = network.create(1)) {
            leaveZero(surrogate);
            backward(recorded(surrogate, inputs), factors);
            return surrogate.weights().stream()
                    .map(weight -> weight.values().getGradient().toFloatArray())
                    .toArray(float[][]::new);
        }
    }

    /** What is made of a constant or a weight belongs to the manager of these, unless moved. */
    @Test
    void leavesNothingBehindAStep() {
        try (Surrogate surrogate = network.create(1)) {
            int before = surrogate.manager().getManagedArrays().size();
            NDArray factors = network.outputs(SAMPLES, manager, random);
            NDList inputs = inputs(SAMPLES);
            try (NDManager step = surrogate.manager().newSubManager()) {
                inputs.attach(step);
                backward(recorded(surrogate, inputs), factors);
            }
            assertThat(surrogate.manager().getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void learnsTenSamplesByHeart() {
        try (Surrogate surrogate = network.create(1)) {
            NDList inputs = inputs(10);
            NDArray target = network.waves(inputs.get(0), manager);
            Adam adam = Adam.builder().optLearningRateTracker(Tracker.fixed(5e-3f)).build();
            float first = step(surrogate, adam, inputs, target);
            float last = first;
            for (int step = 2; step <= 600 && last > 1e-3f * first; step++) {
                last = step(surrogate, adam, inputs, target);
            }
            assertThat(last).isLessThanOrEqualTo(1e-3f * first);
        }
    }

    /** One step down the mean square error; returns what it was before. */
    private static float step(Surrogate surrogate, Adam adam, NDList inputs, NDArray target) {
        NDArray prediction = recorded(surrogate, inputs);
        NDArray error = prediction.sub(target);
        backward(prediction, error.mul(2f / target.size()));
        for (Surrogate.NamedWeight weight : surrogate.weights()) {
            try (NDArray gradient = weight.values().getGradient()) {
                adam.update(weight.name(), weight.values(), gradient);
                gradient.subi(gradient);
            }
        }
        return error.square().mean().getFloat();
    }

    private static NDArray recorded(Surrogate surrogate, NDList inputs) {
        JniUtils.setGradMode(true);
        try {
            return surrogate.forward(inputs, true);
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    private static void backward(NDArray prediction, NDArray gradient) {
        JniUtils.backward((PtNDArray) prediction, (PtNDArray) gradient, false, false);
    }

    /** Where all of a tensor is 0 as it begins, as a factor may be, makes it 0.5 to 1.5. */
    private static void leaveZero(Surrogate surrogate) {
        UniformRandomProvider random = NetworkCase.random(21);
        for (Surrogate.NamedWeight weight : surrogate.weights()) {
            if (weight.values().abs().sum().getFloat() == 0) {
                FloatBuffer values = NetworkCase.live(weight.values());
                for (int i = 0; i < values.limit(); i++) {
                    values.put(i, (float) (0.5 + random.nextDouble()));
                }
            }
        }
    }

    private NDList inputs(int samples) {
        return network.inputs(samples, manager, random);
    }
}
