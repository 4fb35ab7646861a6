package io.penstock.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.penstock.setting.InvalidSettingException;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

class ResidualMlpSpecTest {
    private static final NetworkShape ONE_TO_ONE = new NetworkShape(1, 0, 1, List.of(1), 1);

    private static Surrogate surrogate(int layers) {
        return Surrogate.create(
                new ResidualMlpSpec(2, layers),
                ONE_TO_ONE,
                Device.cpu(),
                RandomSource.XO_SHI_RO_256_PP.create(1));
    }

    private static void set(Surrogate surrogate, int index, float... values) {
        NDArray weight = surrogate.weights().get(index).values();
        assertThat(weight.size()).isEqualTo(values.length);
        weight.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer().put(values);
    }

    private static float predict(Surrogate surrogate, float x) {
        try (NDArray input = surrogate.manager().create(new float[][] {{x}})) {
            return surrogate.forward(new NDList(input), false).getFloat(0, 0);
        }
    }

    @Test
    void beginsAsIfItHadNoResidualLayers() {
        try (Surrogate surrogate = surrogate(2)) {
            float before = predict(surrogate, -2);
            for (int layer = 0; layer < 2; layer++) {
                set(surrogate, 2 + 3 * layer, 5, 6, 7, 8);
                set(surrogate, 3 + 3 * layer, 9, 10);
            }
            assertThat(predict(surrogate, -2)).isEqualTo(before).isNotZero();
        }
    }

    @Test
    void addsAlphaTimesTheRectifiedLayer() {
        try (Surrogate surrogate = surrogate(1)) {
            set(surrogate, 0, 1, -1);
            set(surrogate, 1, 0, 0);
            set(surrogate, 2, 1, 2, 3, 4);
            set(surrogate, 3, 1, -3);
            set(surrogate, 4, 0.5f);
            set(surrogate, 5, 1, 10);
            set(surrogate, 6, 3);
            // -2 → (-2, 2) → (-2, 2) + 0.5 × relu(3, -1) = (-0.5, 2) → -0.5 + 20 + 3
            assertThat(predict(surrogate, -2)).isEqualTo(22.5f);
        }
    }

    @Test
    void refusesTensorsOf2GiBAndSizesThatAreNone() {
        NetworkShape wide = new NetworkShape(1, 0, 1, List.of(1 << 16), 1);
        assertThatCode(() -> new ResidualMlpSpec(8191, 1).check(wide)).doesNotThrowAnyException();
        assertThatThrownBy(() -> new ResidualMlpSpec(8192, 1).check(wide))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("width: 8192")
                .hasMessageContaining("65536 × 8192 are not");
        assertThatThrownBy(() -> new ResidualMlpSpec(0, 1)).hasMessageContaining("width: 0");
        assertThatThrownBy(() -> new ResidualMlpSpec(1, 0)).hasMessageContaining("layers: 0");
    }
}
