package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * Orders of the discretisation, with two vortices on a square of side 2π and with sub-steps as long
 * as the solver takes them and shorter.
 */
class NavierStokes2dOrderTest {
    private static final double END = 2;

    @Test
    void isFourthOrderInTime() {
        double[] exact = run(16, 0.02, 1, 1280);
        IntToDoubleFunction error = steps -> distance(run(16, 0.02, 1, steps), exact, 1);

        assertThat(order(error, 40, 80)).isCloseTo(4, within(0.3));
        assertThat(order(error, 80, 160)).isCloseTo(4, within(0.15));
    }

    @Test
    void losesEnergyAndEnstrophyWithItsOrderOnlyWithoutViscosityAndForce() {
        double[] start = run(16, 0, 0, 0);
        IntToDoubleFunction energy =
                steps -> Math.abs(energy(run(16, 0, 0, steps)) / energy(start) - 1);
        IntToDoubleFunction enstrophy =
                steps -> Math.abs(enstrophy(run(16, 0, 0, steps)) / enstrophy(start) - 1);

        assertThat(energy.applyAsDouble(40)).isLessThan(1e-5);
        assertThat(enstrophy.applyAsDouble(40)).isLessThan(1e-5);
        assertThat(order(energy, 80, 160)).isGreaterThan(3.8);
        assertThat(order(enstrophy, 80, 160)).isGreaterThan(3.8);
    }

    @Test
    void convergesFasterThanAnyOrderInSpace() {
        double[] exact = run(64, 0.2, 1, 160);

        // Second order would make it 4 times better, and fourth order 16 times.
        double coarse = distance(run(16, 0.2, 1, 160), exact, 4);
        double fine = distance(run(32, 0.2, 1, 160), exact, 2);
        assertThat(coarse).isLessThan(1e-2);
        assertThat(fine).isLessThan(coarse / 100);
    }

    private static double[] run(int nodes, double viscosity, double forcing, int steps) {
        var spec =
                new NavierStokes2dSpec(
                        List.of(nodes, nodes), 2 * Math.PI, 2, 0, END / Math.max(1, steps));
        double[] parameters = {viscosity, forcing, 3, 0.8, 2, 3, 4, 3.5};
        try (Solver solver = spec.start(parameters)) {
            for (int step = 0; step < steps; step++) {
                Solvers.advance(solver);
            }
            return solver.field(0);
        }
    }

    /** Largest distance at the nodes that a square grid shares with one finer by a factor. */
    private static double distance(double[] field, double[] exact, int factor) {
        int nodes = (int) Math.sqrt(field.length);
        double worst = 0;
        for (int i = 0; i < nodes; i++) {
            for (int j = 0; j < nodes; j++) {
                double there = exact[(i * factor * nodes + j) * factor];
                worst = Math.max(worst, Math.abs(field[i * nodes + j] - there));
            }
        }
        return worst;
    }

    private static double enstrophy(double[] vorticity) {
        double sum = 0;
        for (double w : vorticity) {
            sum += w * w;
        }
        return sum;
    }

    /** Σ |w|² / k² over all modes. */
    private static double energy(double[] vorticity) {
        int nodes = (int) Math.sqrt(vorticity.length);
        double[] modes = new double[2 * vorticity.length];
        for (int k = 0; k < vorticity.length; k++) {
            modes[2 * k] = vorticity[k];
        }
        new PeriodicTransform2d(nodes, nodes).forward(modes);
        double sum = 0;
        for (int mode = 1; mode < vorticity.length; mode++) {
            int x = PeriodicTransform2d.wavenumber(mode % nodes, nodes);
            int y = PeriodicTransform2d.wavenumber(mode / nodes, nodes);
            sum += Math.pow(Math.hypot(modes[2 * mode], modes[2 * mode + 1]), 2) / (x * x + y * y);
        }
        return sum;
    }

    /** Order seen when the resolution goes from coarse to fine = 2 × coarse. */
    private static double order(IntToDoubleFunction error, int coarse, int fine) {
        return Math.log(error.applyAsDouble(coarse) / error.applyAsDouble(fine)) / Math.log(2);
    }
}
