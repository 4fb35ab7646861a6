package io.penstock.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.sample.SampleForm;
import io.penstock.setting.InvalidSettingException;
import io.penstock.surrogate.UNetSpec.Padding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class NetworkShapeTest {
    static final List<Architecture> OF_A_GRID =
            List.of(
                    new FnoSpec(16, 1, 2),
                    new UNetSpec(8, 1, Padding.PERIODIC),
                    new MpPdeSpec(16, 1, 1));
    private static final SampleForm TWO_TO_TWO = SampleForm.autoRegressive(2, 0);
    private static final NetworkShape MIXED =
            NetworkShape.of(3, List.of(List.of(4, 5), List.of(4)), TWO_TO_TWO);

    @Test
    void fieldsOfOneShapeAreChannelsOfTheirGrid() {
        List<List<Integer>> fields = List.of(List.of(4, 5), List.of(4, 5), List.of(4, 5));
        assertThat(NetworkShape.of(3, fields, TWO_TO_TWO))
                .isEqualTo(new NetworkShape(3, 6, 6, List.of(4, 5), 2));
        assertThat(NetworkShape.of(3, fields, SampleForm.DIRECT))
                .isEqualTo(new NetworkShape(3, 0, 3, List.of(4, 5), 1));
    }

    @Test
    void cellsOfFieldsOfDifferentShapesAreChannelsWithoutAGrid() {
        assertThat(MIXED).isEqualTo(new NetworkShape(3, 48, 48, List.of(), 2));
        assertThat(MIXED.cells()).isEqualTo(1);
        assertThat(MIXED.inputs()).isEqualTo(48);
        assertThat(MIXED.outputs()).isEqualTo(48);
    }

    @ParameterizedTest
    @FieldSource("OF_A_GRID")
    void isRefusedWithoutAGridWhereOneIsNeeded(Architecture architecture) {
        NetworkShape row = NetworkShape.of(3, List.of(List.of(24)), TWO_TO_TWO);
        assertThatCode(() -> architecture.check(row)).doesNotThrowAnyException();
        assertThatThrownBy(() -> architecture.check(MIXED))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage(
                        "architecture: %s is not allowed; allowed: one that needs no grid, since"
                                + " fields of different shapes share none",
                        architecture.kind());
    }
}
