package io.penstock.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PromotionGateTest {
    private static Map<String, Double> loss(double value) {
        return Map.of("validationLoss", value, "batches", 7.0);
    }

    @Test
    void letsThroughWhatIsBetterOrLittleWorse() {
        assertThat(PromotionGate.DEFAULT.refusal(loss(0.5), loss(1))).isNull();
        assertThat(PromotionGate.DEFAULT.refusal(loss(1.1), loss(1))).isNull();
    }

    @Test
    void saysByHowMuchAVersionIsTooBad() {
        assertThat(PromotionGate.DEFAULT.refusal(loss(1.2), loss(1)))
                .isEqualTo(
                        "its validationLoss is 1.20000; allowed: 1.10000 or below, 10.0000 % above"
                                + " the 1.00000 of what is served");
    }

    @Test
    void refusesAVersionWithoutALossOnceTheServedOneHasOne() {
        assertThat(PromotionGate.DEFAULT.refusal(Map.of(), loss(1)))
                .isEqualTo("it has no finite validationLoss, and what is served has 1.00000");
        assertThat(PromotionGate.DEFAULT.refusal(loss(Double.NaN), loss(1))).isNotNull();
    }

    @Test
    void comparesNothingWithAServedVersionThatHasNoLoss() {
        assertThat(PromotionGate.DEFAULT.refusal(Map.of(), Map.of())).isNull();
        assertThat(PromotionGate.DEFAULT.refusal(loss(9), Map.of())).isNull();
        assertThat(PromotionGate.DEFAULT.refusal(loss(9), loss(Double.NaN))).isNull();
    }

    @Test
    void letsEverythingThroughWhenOff() {
        assertThat(PromotionGate.OFF.refusal(loss(1e9), loss(1))).isNull();
        assertThat(PromotionGate.OFF.refusal(Map.of(), loss(1))).isNull();
    }

    @Test
    void refusesANegativeShare() {
        assertThatThrownBy(() -> new PromotionGate(-0.1))
                .hasMessage("gate: -0.1 is not allowed; allowed: a share of 0 or above, or off");
    }
}
