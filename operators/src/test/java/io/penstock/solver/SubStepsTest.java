package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubStepsTest {
    @Test
    void cutsTheTimeIntoEqualPartsWhileTheRateStays() {
        var subSteps = new SubSteps("a", 7, 1);

        for (int k = 0; k < 4; k++) {
            assertThat(subSteps.remain()).isTrue();
            assertThat(subSteps.next(3.5)).isCloseTo(0.25, within(1e-15));
        }
        assertThat(subSteps.remain()).isFalse();
    }

    @Test
    void followsARateThatChanges() {
        var subSteps = new SubSteps("a", 0, 1);

        assertThat(subSteps.next(2)).isEqualTo(0.5);
        assertThat(subSteps.next(8)).isEqualTo(0.125);
        assertThat(subSteps.next(0)).isEqualTo(0.375);
        assertThat(subSteps.remain()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e7, Double.POSITIVE_INFINITY, Double.NaN})
    void givesUpAnOutputThatIsOutOfReach(double rate) {
        var subSteps = new SubSteps("heat, k=4.5", 7, 1);
        subSteps.next(2);

        assertThatThrownBy(() -> subSteps.next(rate))
                .isInstanceOf(SolverException.class)
                .hasMessageContainingAll("heat, k=4.5: after time 7.5", "1000000", "at time 8.0");
    }

    @Test
    void refusesAFieldThatIsNotFinite() {
        var subSteps = new SubSteps("heat, k=4.5", 7, 1);
        subSteps.requireFinite("u", new double[] {-1e300, 0});

        assertThatThrownBy(() -> subSteps.requireFinite("u", new double[] {1, Double.NaN}))
                .isInstanceOf(SolverException.class)
                .hasMessage("heat, k=4.5: u is NaN at time 8.0, node 1");
    }
}
