package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Orders of the discretisation, measured on the sine mode sin(pπx/L) sin(qπy/L), which decays as
 * exp(-D (p² + q²) (π/L)² t).
 */
class Heat2dOrderTest {
    private static final double LENGTH = 10;
    private static final double DIFFUSIVITY = 0.5;
    private static final Heat2d.Walls COLD = new Heat2d.Walls(0, 0, 0, 0);

    @ParameterizedTest(name = "mode ({0}, {1}), grid stretched by {2}")
    @CsvSource({"1, 1, 1", "2, 1, 1", "1, 2, 2"})
    void isSecondOrderInSpace(int p, int q, int stretch) {
        // Steps so short that the error of time is below 1 % of that of space on every grid.
        int steps = 2000;
        double rate = rate(p, q);
        double timeStep = 0.02 / steps / rate;
        IntToDoubleFunction error =
                cells -> error(p, q, List.of(cells * stretch - 1, cells - 1), timeStep, steps);

        assertThat(order(error, 8, 16)).isCloseTo(2, within(0.05));
        assertThat(order(error, 16, 32)).isCloseTo(2, within(0.05));
    }

    @Test
    void isFirstOrderInTime() {
        // A grid so fine that the error of space is below 1 % of that of time at every step.
        double end = 1 / rate(1, 1);
        IntToDoubleFunction error = steps -> error(1, 1, List.of(127, 127), end / steps, steps);

        assertThat(order(error, 10, 20)).isCloseTo(1, within(0.05));
        assertThat(order(error, 20, 40)).isCloseTo(1, within(0.05));
    }

    /** Order seen when the resolution goes from coarse to fine = 2 × coarse. */
    private static double order(IntToDoubleFunction error, int coarse, int fine) {
        return Math.log(error.applyAsDouble(coarse) / error.applyAsDouble(fine)) / Math.log(2);
    }

    /** Largest error over the grid, relative to the amplitude left. */
    private static double error(int p, int q, List<Integer> grid, double timeStep, int steps) {
        var spec = new Heat2dSpec(grid, LENGTH, DIFFUSIVITY, timeStep, 1e-13);
        double[] mode = mode(spec, p, q);
        var solver = new Heat2d(spec, "", mode.clone(), COLD);
        for (int step = 0; step < steps; step++) {
            solver.advance();
        }
        double decay = Math.exp(-rate(p, q) * solver.time());
        double worst = 0;
        for (int k = 0; k < mode.length; k++) {
            worst = Math.max(worst, Math.abs(solver.field(0)[k] / decay - mode[k]));
        }
        return worst;
    }

    private static double[] mode(Heat2dSpec spec, int p, int q) {
        double[] mode = new double[spec.rows() * spec.columns()];
        for (int i = 0; i < spec.rows(); i++) {
            for (int j = 0; j < spec.columns(); j++) {
                mode[i * spec.columns() + j] =
                        Math.sin(p * Math.PI * (j + 1) / (spec.columns() + 1))
                                * Math.sin(q * Math.PI * (i + 1) / (spec.rows() + 1));
            }
        }
        return mode;
    }

    private static double rate(int p, int q) {
        return DIFFUSIVITY * (p * p + q * q) * Math.pow(Math.PI / LENGTH, 2);
    }
}
