package io.penstock.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.penstock.surrogate.UNetSpec.Padding;
import java.util.List;
import org.junit.jupiter.api.Test;

class UNetTest {
    private static final UNetSpec PERIODIC = new UNetSpec(8, 2, Padding.PERIODIC);
    private static final UNetSpec ZERO = new UNetSpec(8, 2, Padding.ZERO);

    @Test
    void onARingTheOutputMovesWithTheInput() {
        assertThat(differenceMoved(PERIODIC, 4, 0)).isLessThan(1e-5f);
        assertThat(differenceMoved(PERIODIC, 8, 4)).isLessThan(1e-5f);
        assertThat(differenceMoved(PERIODIC, 0, 12)).isLessThan(1e-5f);
    }

    @Test
    void theEndsOfAnAxisMatterWhenZerosLieBeyond() {
        assertThat(differenceMoved(ZERO, 4, 0)).isGreaterThan(1e-3f);
    }

    /** Largest difference between the output moved and the output of the input moved. */
    private static float differenceMoved(UNetSpec spec, int rows, int columns) {
        NetworkShape shape = new NetworkShape(1, 1, 1, List.of(16, 16), 1);
        NetworkCase network = new NetworkCase(spec, shape);
        try (Surrogate surrogate = network.create(3);
                NDManager scope = surrogate.manager().newSubManager()) {
            NDList inputs = network.inputs(2, scope, NetworkCase.random(1));
            NDArray output = surrogate.forward(inputs, false).reshape(2, 1, 16, 16);
            NDArray moved =
                    surrogate
                            .forward(
                                    new NDList(inputs.get(0), move(inputs.get(1), rows, columns)),
                                    false)
                            .reshape(2, 1, 16, 16);
            return moved.sub(move(output, rows, columns)).abs().max().getFloat();
        }
    }

    private static NDArray move(NDArray field, int rows, int columns) {
        return moveAlong(3, moveAlong(2, field, rows), columns);
    }

    private static NDArray moveAlong(int axis, NDArray field, int cells) {
        if (cells == 0) {
            return field;
        }
        NDList parts = field.split(new long[] {16 - cells}, axis);
        return NDArrays.concat(new NDList(parts.get(1), parts.get(0)), axis);
    }

    @Test
    void everyOutputSeesTheWholeOfASmallGrid() {
        NetworkShape shape = new NetworkShape(1, 1, 1, List.of(16), 1);
        NetworkCase network = new NetworkCase(PERIODIC, shape);
        try (Surrogate surrogate = network.create(3);
                NDManager scope = surrogate.manager().newSubManager()) {
            NDList inputs = network.inputs(1, scope, NetworkCase.random(1));
            NDArray before = surrogate.forward(inputs, false);
            float[] bump = inputs.get(1).toFloatArray();
            bump[0] += 100;
            NDArray after =
                    surrogate.forward(
                            new NDList(inputs.get(0), scope.create(bump, new Shape(1, 1, 16))),
                            false);
            for (float change : after.sub(before).toFloatArray()) {
                assertThat(change).isNotCloseTo(0, within(1e-6f));
            }
        }
    }

    @Test
    void refusesWhatItCannotBeBuiltFor() {
        assertThatThrownBy(() -> PERIODIC.check(new NetworkShape(1, 0, 1, List.of(16, 10), 1)))
                .hasMessageContaining("levels: 2")
                .hasMessageContaining("[16, 10]");
        assertThatThrownBy(() -> PERIODIC.check(new NetworkShape(1, 0, 1, List.of(4, 4, 4), 1)))
                .hasMessageContainingAll(
                        "architecture: U_NET", "the 3 axes of [4, 4, 4]", "most for this one is 2");
        assertThatThrownBy(
                        () ->
                                new UNetSpec(4096, 3, Padding.ZERO)
                                        .check(new NetworkShape(1, 0, 1, List.of(64, 64), 1)))
                .hasMessageContaining("width: 4096")
                .hasMessageContaining("2 GiB");
        assertThatThrownBy(() -> new UNetSpec(0, 1, Padding.ZERO)).hasMessageContaining("width");
        assertThatThrownBy(() -> new UNetSpec(1, 0, Padding.ZERO)).hasMessageContaining("levels");
    }
}
