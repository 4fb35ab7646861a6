package io.penstock.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.penstock.surrogate.Surrogate.NamedWeight;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MpPdeTest {
    private static final MpPdeSpec SMALL = new MpPdeSpec(16, 2, 2);

    /** With a decoder that says d = 6 for one field and 12 for the other, whatever it is given. */
    @Test
    void goesOnFromTheLastStepInProportionToTime() {
        NetworkShape shape = new NetworkShape(1, 6, 6, List.of(5), 3);
        NetworkCase network = new NetworkCase(SMALL, shape);
        try (Surrogate surrogate = network.create(1);
                NDManager scope = surrogate.manager().newSubManager()) {
            set(
                    surrogate,
                    "decoder_2_weight",
                    new float[(int) (2 * MpPde.CHANNELS * MpPde.KERNEL)]);
            set(surrogate, "decoder_2_bias", new float[] {6, 12});
            NDList inputs = network.inputs(1, scope, NetworkCase.random(1));
            float[] given = inputs.get(1).toFloatArray();
            float[] predicted = surrogate.forward(inputs, false).toFloatArray();
            for (int i = 0; i < predicted.length; i++) {
                int step = 1 + i / 10;
                int field = i / 5 % 2;
                float expected = given[20 + i % 10] + step * (field == 0 ? 2 : 4);
                assertThat(predicted[i]).isCloseTo(expected, within(1e-5f));
            }
        }
    }

    private static void set(Surrogate surrogate, String name, float[] values) {
        NamedWeight weight =
                surrogate.weights().stream()
                        .filter(w -> w.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        weight.values().set(FloatBuffer.wrap(values));
    }

    /** Against the formulas in double precision, pair by pair. */
    @Test
    void agreesWithTheFormulasPairByPair() {
        NetworkShape shape = new NetworkShape(2, 1, 1, List.of(7), 1);
        NetworkCase network = new NetworkCase(new MpPdeSpec(13, 2, 2), shape);
        try (Surrogate surrogate = network.create(1);
                NDManager scope = surrogate.manager().newSubManager()) {
            NDList inputs = network.inputs(1, scope, NetworkCase.random(1));
            Map<String, float[]> weights = new HashMap<>();
            surrogate.weights().forEach(w -> weights.put(w.name(), w.values().toFloatArray()));
            double[] expected =
                    new MpPdeReference(weights, doubles(inputs.get(0).toFloatArray()))
                            .predict(doubles(inputs.get(1).toFloatArray()), 2, 2);
            float[] predicted = surrogate.forward(inputs, false).toFloatArray();
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) predicted[i]).isCloseTo(expected[i], within(2e-5));
            }
        }
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    /** Two convolutions without padding: ((width - kernel) / stride + 1) - 9 steps. */
    @Test
    void decodesEveryBundleThatItsWidthAllows() {
        for (int bundle : new int[] {1, 2, 5, 20, 25, 50}) {
            int least = (int) MpPde.leastWidth(bundle);
            for (int width : new int[] {least, least + 1, 2 * least - 1, 128}) {
                NetworkShape shape = new NetworkShape(1, bundle, bundle, List.of(4), bundle);
                NetworkCase network = new NetworkCase(new MpPdeSpec(width, 1, 1), shape);
                try (Surrogate surrogate = network.create(1);
                        NDManager scope = surrogate.manager().newSubManager()) {
                    NDList inputs = network.inputs(1, scope, NetworkCase.random(1));
                    assertThat(surrogate.forward(inputs, false).getShape())
                            .isEqualTo(new Shape(1, 4L * bundle));
                }
            }
        }
    }

    @Test
    void refusesWhatItCannotBeBuiltFor() {
        assertThatThrownBy(() -> SMALL.check(new NetworkShape(1, 0, 1, List.of(8), 1)))
                .hasMessageContainingAll("architecture: MP_PDE", "direct");
        assertThatThrownBy(() -> SMALL.check(new NetworkShape(1, 1, 1, List.of(8, 8), 1)))
                .hasMessageContainingAll(
                        "architecture: MP_PDE", "the 2 axes of [8, 8]", "most for this one is 1");
        assertThatThrownBy(() -> SMALL.check(new NetworkShape(1, 1, 1, List.of(4), 1)))
                .hasMessageContaining("neighbours: 2")
                .hasMessageContaining("up to 1");
        assertThatThrownBy(() -> SMALL.check(new NetworkShape(1, 8, 8, List.of(8), 8)))
                .hasMessageContaining("width: 16")
                .hasMessageContaining("17 or above for a bundle of 8");
        assertThatThrownBy(() -> new MpPdeSpec(0, 1, 1)).hasMessageContaining("width");
        assertThatThrownBy(() -> new MpPdeSpec(1, 0, 1)).hasMessageContaining("layers");
        assertThatThrownBy(() -> new MpPdeSpec(1, 1, 0)).hasMessageContaining("neighbours");
    }
}
