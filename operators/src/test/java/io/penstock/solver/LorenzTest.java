package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.setting.InvalidSettingException;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LorenzTest {
    private static final double SIGMA = 10;
    private static final double RHO = 28;
    private static final double BETA = 8.0 / 3;

    @Test
    void decaysToTheOriginWhenRhoIsBelowOne() {
        double[] state = run(0.1, 1e-10, 500, SIGMA, 0.5, BETA, 7, -3, 12);

        // The slowest rate is (11 - √101) / 2 = 0.475, so exp(-0.475 · 50) = 5e-11 is left of it.
        assertThat(state).containsExactly(new double[3], within(1e-8));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void staysAtItsFixedPoints(int side) {
        // Stable for ρ below 24.7.
        double x = side * Math.sqrt(BETA * (20 - 1));
        double[] state = run(0.1, 1e-10, 100, SIGMA, 20, BETA, x, x, 19);

        assertThat(state).containsExactly(new double[] {x, x, 19}, within(1e-7));
    }

    @Test
    void decaysAsAnExponentialOnTheAxisOfZ() {
        double[] state = run(0.05, 1e-12, 10, SIGMA, RHO, BETA, 0, 0, 30);

        assertThat(state[2]).isCloseTo(30 * Math.exp(-BETA * 0.5), within(1e-9));
        assertThat(state[0]).isZero();
        assertThat(state[1]).isZero();
    }

    @Test
    void contractsVolumesAtTheRateOfItsDivergence() {
        double delta = 1e-3;
        RealMatrix edges = MatrixUtils.createRealMatrix(3, 3);
        for (int axis = 0; axis < 3; axis++) {
            double[] ahead = {SIGMA, RHO, BETA, -5, 8, 30};
            double[] behind = ahead.clone();
            ahead[3 + axis] += delta;
            behind[3 + axis] -= delta;
            double[] end = run(0.1, 1e-13, 5, ahead);
            double[] otherEnd = run(0.1, 1e-13, 5, behind);
            for (int i = 0; i < 3; i++) {
                edges.setEntry(i, axis, (end[i] - otherEnd[i]) / (2 * delta));
            }
        }

        double volume = new LUDecomposition(edges).getDeterminant();
        // Differences err by the square of delta times what the flow stretches.
        assertThat(volume / Math.exp(-(SIGMA + 1 + BETA) * 0.5)).isCloseTo(1, within(1e-3));
    }

    @ParameterizedTest
    @CsvSource({"1e-4, 1e-1", "1e-7, 1e-4", "1e-10, 1e-7"})
    void comesCloserToTheSolutionTheTighterItsTolerance(double tolerance, double error) {
        double[] parameters = {SIGMA, RHO, BETA, 1, 1, 1};
        double[] exact = run(0.01, 1e-14, 100, parameters);

        assertThat(run(1, tolerance, 1, parameters)).containsExactly(exact, within(error));
    }

    @ParameterizedTest
    @CsvSource({"28, 0.01, 0, 1", "28, 0.25, 60, -50", "99, 1, 3, 200", "400, 0.1, -300, 10"})
    void staysWithinItsBound(double rho, double timeStep, double x0, double z0) {
        // With V = x² + y² + (z - σ - ρ)² and σ ≥ 1, β ≥ 2: dV/dt ≤ -2 (V - bound).
        double bound = Math.pow(BETA * (SIGMA + rho), 2) / (4 * (BETA - 1));
        double first = lyapunov(rho, x0, 1, z0);
        try (Solver solver =
                new LorenzSpec(timeStep, 1e-8).start(new double[] {SIGMA, rho, BETA, x0, 1, z0})) {
            for (int step = 0; step < 500; step++) {
                Solvers.advance(solver);
                double[] at = solver.field(0);
                double left = Math.max(0, first - bound) * Math.exp(-2 * solver.time());
                assertThat(lyapunov(rho, at[0], at[1], at[2]))
                        .isLessThanOrEqualTo((bound + left) * (1 + 1e-4));
            }
        }
    }

    private static double lyapunov(double rho, double x, double y, double z) {
        return x * x + y * y + Math.pow(z - SIGMA - rho, 2);
    }

    @Test
    void beginsAtItsInitialStateAndTellsItsTime() {
        Solver solver = new LorenzSpec(0.25, 1e-8).start(new double[] {10, 28, 2, 1, 2, 3});
        assertThat(solver.field(0)).containsExactly(1, 2, 3);
        assertThat(solver.time()).isZero();
        Solvers.advance(solver);
        Solvers.advance(solver);
        assertThat(solver.time()).isEqualTo(0.5);
    }

    @Test
    void namesParametersAndTimeWhenItsStateIsNoNumber() {
        var solver =
                new Lorenz(
                        new LorenzSpec(0.5, 1e-8),
                        "lorenz, x0=1.0E300",
                        new double[] {10, 28, 2, 1e300, 1e300, 7});

        assertThatThrownBy(solver::advance)
                .isInstanceOf(SolverException.class)
                .hasMessageContaining("lorenz, x0=1.0E300: no step from [1.0E300, 1.0E300, 7.0]")
                .hasMessageContaining("at time 0.0: NaN");
    }

    @Test
    void refusesParametersItCannotComputeWith() {
        assertRefused("takes 6: [sigma, rho, beta, x0, y0, z0]", 1, 2, 3);
        assertRefused("NaN", 10, 28, Double.NaN, 1, 1, 1);
        assertRefused("x0 must be a number from -1000000.0 to 1000000.0", 10, 28, 2, 1e7, 1, 1);
        assertRefused("sigma must be a number from 0.0 to 1000000.0", -1, 28, 2, 1, 1, 1);
        assertRefused("beta must be a number from 0.0 to 1000000.0", 10, 28, -0.1, 1, 1, 1);
    }

    private static void assertRefused(String message, double... parameters) {
        assertThatThrownBy(() -> new LorenzSpec(0.1, 1e-8).start(parameters))
                .isInstanceOf(SolverException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"time-step, 0, 1e-8", "time-step, NaN, 1e-8", "tolerance, 1, 0", "tolerance, 1, 1"})
    void refusesSettingsThatMakeNoSense(String key, double timeStep, double tolerance) {
        assertThatThrownBy(() -> new LorenzSpec(timeStep, tolerance))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class, e -> assertThat(e.key()).isEqualTo(key));
    }

    private static double[] run(
            double timeStep, double tolerance, int steps, double... parameters) {
        try (Solver solver = new LorenzSpec(timeStep, tolerance).start(parameters)) {
            for (int step = 0; step < steps; step++) {
                Solvers.advance(solver);
            }
            return solver.field(0);
        }
    }
}
