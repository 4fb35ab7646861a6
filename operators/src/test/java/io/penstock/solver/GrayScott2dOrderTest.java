package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Orders of the discretisation. */
class GrayScott2dOrderTest {
    private static final double LENGTH = 2;
    private static final double DU = 0.02;
    private static final double DV = 0.01;
    private static final double NO_FEED = 0;
    private static final double KILL = 0.05;

    /** The mode sin(2pπx/L) cos(2qπy/L) decays as exp(-D (p² + q²) (2π/L)² t). */
    @ParameterizedTest(name = "mode ({0}, {1}), grid stretched by {2}")
    @CsvSource({"1, 0, 1", "0, 1, 2", "2, 1, 1", "1, 2, 2"})
    void isSecondOrderInSpace(int p, int q, int stretch) {
        IntToDoubleFunction error = cells -> error(p, q, List.of(cells * stretch, cells));

        assertThat(order(error, 16, 32)).isCloseTo(2, within(0.1));
        assertThat(order(error, 32, 64)).isCloseTo(2, within(0.05));
    }

    /**
     * Largest error of two modes that do not react: u alone, since nothing is fed, and v alone,
     * which is killed on top.
     */
    private static double error(int p, int q, List<Integer> grid) {
        double square = (p * p + q * q) * Math.pow(2 * Math.PI / LENGTH, 2);
        double end = 0.2 / (DU * square);
        var spec = new GrayScott2dSpec(grid, LENGTH, DU, DV, end);
        double[] mode = mode(p, q, grid);
        double[] none = new double[mode.length];
        var rates = new GrayScott2d.Rates(NO_FEED, KILL);
        var ofU = new GrayScott2d(spec, "u alone", rates, mode.clone(), none.clone());
        var ofV = new GrayScott2d(spec, "v alone", rates, none.clone(), mode.clone());
        ofU.advance();
        ofV.advance();
        double leftOfU = Math.exp(-DU * square * end);
        double leftOfV = Math.exp(-(DV * square + KILL) * end);
        double worst = 0;
        for (int k = 0; k < mode.length; k++) {
            worst = Math.max(worst, Math.abs(ofU.field(0)[k] - leftOfU * mode[k]));
            worst = Math.max(worst, Math.abs(ofV.field(1)[k] - leftOfV * mode[k]));
        }
        assertThat(ofU.field(1)).containsOnly(0);
        assertThat(ofV.field(0)).containsOnly(0);
        return worst;
    }

    private static double[] mode(int p, int q, List<Integer> grid) {
        int rows = grid.get(0);
        int columns = grid.get(1);
        double[] mode = new double[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                mode[i * columns + j] =
                        Math.sin(2 * p * Math.PI * j / columns + 1)
                                * Math.cos(2 * q * Math.PI * i / rows);
            }
        }
        return mode;
    }

    @Test
    void isSecondOrderInTime() {
        // Reaction, diffusion and all; steps as long as the solver would take them, and shorter.
        double end = 40;
        double[] exact = spot(end, 5120);
        IntToDoubleFunction error =
                steps -> {
                    double[] v = spot(end, steps);
                    double worst = 0;
                    for (int k = 0; k < v.length; k++) {
                        worst = Math.max(worst, Math.abs(v[k] - exact[k]));
                    }
                    return worst;
                };

        assertThat(order(error, 80, 160)).isCloseTo(2, within(0.1));
        assertThat(order(error, 160, 320)).isCloseTo(2, within(0.05));
    }

    private static double[] spot(double end, int steps) {
        var spec = new GrayScott2dSpec(List.of(16, 16), 1, 2e-5, 1e-5, end / steps);
        try (Solver solver = spec.start(new double[] {0.04, 0.06, 0.4, 0.7, 0.15})) {
            for (int step = 0; step < steps; step++) {
                Solvers.advance(solver);
            }
            return solver.field(1);
        }
    }

    /** Order seen when the resolution goes from coarse to fine = 2 × coarse. */
    private static double order(IntToDoubleFunction error, int coarse, int fine) {
        return Math.log(error.applyAsDouble(coarse) / error.applyAsDouble(fine)) / Math.log(2);
    }
}
