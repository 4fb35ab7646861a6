package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.setting.InvalidSettingException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NavierStokes2dTest {
    private static final double LENGTH = 5;
    private static final double UNIT = 2 * Math.PI / LENGTH;
    private static final double[] VORTICES = {0.01, 1, 3, 0.7, 1.5, 2, 3.5, 3};

    @ParameterizedTest(name = "{0} waves along x, {1} along y, viscosity {2}, drag {3}")
    @CsvSource({"1, 1, 0.1, 0", "2, 2, 0.01, 0.3", "1, 3, 0.5, 0", "3, 0, 100, 0"})
    void letsATaylorGreenVortexDecayInItsShape(int p, int q, double viscosity, double drag) {
        NavierStokes2dSpec spec = spec(16, 32, drag, 0.3);
        double[] cells = field(spec, (x, y) -> 2 * Math.cos(p * UNIT * x) * Math.cos(q * UNIT * y));
        var solver = start(spec, viscosity, 0, cells.clone());
        for (int step = 0; step < 10; step++) {
            solver.advance();
        }

        double rate = viscosity * (p * p + q * q) * UNIT * UNIT + drag;
        double left = Math.exp(-rate * solver.time());
        assertThat(solver.field(0)).containsExactly(scaled(cells, left), within(1e-13));
    }

    @ParameterizedTest(name = "viscosity {0}, drag {1}, forcing {2}")
    @CsvSource({"0.5, 0, 1", "0.05, 0.2, -3", "1000, 0, 1", "0, 0, 0.5"})
    void setsAFluidAtRestInMotionTowardsTheLaminarKolmogorovFlow(
            double viscosity, double drag, double forcing) {
        NavierStokes2dSpec spec = spec(32, 16, drag, 0.5);
        double wavenumber = 2 * UNIT;
        double rate = viscosity * wavenumber * wavenumber + drag;
        double[] shape = field(spec, (x, y) -> -forcing * wavenumber * Math.cos(wavenumber * y));
        var solver = start(spec, viscosity, forcing, new double[shape.length]);
        for (int step = 1; step <= 20; step++) {
            solver.advance();
            double time = solver.time();
            double gain = rate == 0 ? time : (1 - Math.exp(-rate * time)) / rate;
            assertThat(solver.field(0)).containsExactly(scaled(shape, gain), within(1e-12));
        }
    }

    @Test
    void reachesTheLaminarKolmogorovFlowFromVortices() {
        // Re = A / (ν² κ³) is below 1, where the laminar flow attracts every other.
        NavierStokes2dSpec spec = spec(16, 16, 0, 1);
        double wavenumber = 2 * UNIT;
        double[] laminar =
                field(spec, (x, y) -> -1 / (0.5 * wavenumber) * Math.cos(wavenumber * y));
        double[] w = run(spec, 60, 0.5, 1, 3, 0.7, 1.5, 2, 3.5, 3);

        assertThat(w).containsExactly(laminar, within(1e-9));
    }

    @Test
    void keepsTheMeanVorticityAtZero() {
        try (Solver solver = spec(16, 32, 0.1, 0.2).start(VORTICES)) {
            for (int step = 0; step < 20; step++) {
                assertThat(Arrays.stream(solver.field(0)).sum()).isCloseTo(0, within(1e-11));
                Solvers.advance(solver);
            }
        }
    }

    @Test
    void startsFromTwoVorticesLessTheirMean() {
        double[] parameters = {0.01, 1, 3, 0.5, 1.25, 2.5, 3.75, 2.5};
        double[] w = spec(32, 64, 0, 1).start(parameters).field(0);
        int between = 16 * 64 + 32;

        // Peaks of 3 on two Gaussians of 2π radius² each, spread over the square; 2.5 radii off
        // each other's middle.
        double mean = 3 * 2 * (2 * Math.PI * 0.25) / (LENGTH * LENGTH);
        assertThat(w[0]).isCloseTo(-mean, within(0.1));
        assertThat(w[16 * 64 + 16] - w[0]).isCloseTo(3, within(0.02));
        assertThat(w[16 * 64 + 48] - w[0]).isCloseTo(3, within(0.02));
        assertThat(w[between] - w[0]).isBetween(0.1, 1.0);
    }

    @Test
    void movesWithItsVorticesAcrossTheSides() {
        // Along y by a whole wave of the force, of which there are two.
        NavierStokes2dSpec spec = spec(16, 16, 0, 0.2);
        double[] here = run(spec, 10, 0.01, 1, 3, 0.7, 1, 0.5, 3, 2);
        double h = LENGTH / 16;
        double[] there =
                run(spec, 10, 0.01, 1, 3, 0.7, 1 + 5 * h, 0.5 + 8 * h, 3 + 5 * h, 2 + 8 * h);

        for (int i = 0; i < 16; i++) {
            for (int j = 0; j < 16; j++) {
                assertThat(there[(i + 8) % 16 * 16 + (j + 5) % 16])
                        .isCloseTo(here[i * 16 + j], within(1e-10));
            }
        }
    }

    @ParameterizedTest(name = "viscosity {0}, forcing {1}, vorticity {2}, time step {3}")
    @CsvSource({
        "0, 0, 10, 1",
        "0, 10, 1, 0.2",
        "1e-9, -10, 0, 0.5",
        "1e-3, 1, 10, 2",
        "1e9, 1e4, 10, 1",
    })
    void staysWithinTheEnergyThatTheForceBringsIn(
            double viscosity, double forcing, double deviation, double timeStep) {
        NavierStokes2dSpec spec = spec(16, 16, 0, timeStep);
        var random = new Random(5);
        var solver =
                start(
                        spec,
                        viscosity,
                        forcing,
                        field(spec, (x, y) -> deviation * random.nextGaussian()));
        double most = norm(solver.field(0));
        // ‖w‖ grows by at most the norm of the force's curl; 1 % for what the scheme adds.
        double gain = Math.abs(forcing) * 2 * UNIT * Math.sqrt(256.0 / 2);
        for (int step = 0; step < 10; step++) {
            solver.advance();
            assertThat(norm(solver.field(0))).isLessThan(1.01 * (most + gain * solver.time()));
        }
    }

    @Test
    void tellsItsTimeAndItsField() {
        Solver solver = spec(8, 16, 0, 0.25).start(new double[] {1, 1, 1, 2, 0, 0, 0, 0});
        assertThat(solver.time()).isZero();
        Solvers.advance(solver);
        Solvers.advance(solver);

        assertThat(solver.time()).isEqualTo(0.5);
        assertThatThrownBy(() -> solver.field(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 1e200})
    void namesParametersAndTimeWhenItCannotGoOn(double value) {
        NavierStokes2dSpec spec = spec(8, 8, 0, 2);
        double[] w = new double[64];
        w[5] = value;
        var solver = start(spec, 0.5, 1.5, w);

        assertThatThrownBy(solver::advance)
                .isInstanceOf(SolverException.class)
                .hasMessageContainingAll("viscosity 0.5, forcing 1.5", "time 0.0");
    }

    @Test
    void refusesAWrongNumberOfParameters() {
        assertThatThrownBy(() -> spec(16, 16, 0, 1).start(new double[] {1, 2}))
                .isInstanceOf(SolverException.class)
                .hasMessageContaining("2 parameters [1.0, 2.0]")
                .hasMessageContaining("navier-stokes-2d takes 8: [viscosity, forcing, strength,");
    }

    @ParameterizedTest
    @CsvSource({
        "0, viscosity, -0.01",
        "1, forcing, NaN",
        "2, strength, Infinity",
        "3, radius, 0.6",
        "4, x1, 5.01",
        "7, y2, -0.01",
    })
    void refusesParametersOutOfRange(int index, String name, double value) {
        double[] parameters = VORTICES.clone();
        parameters[index] = value;

        assertThatThrownBy(() -> spec(16, 16, 0, 1).start(parameters))
                .isInstanceOf(SolverException.class)
                .hasMessageContaining("navier-stokes-2d, viscosity=")
                .hasMessageContaining(name + "=" + value)
                .hasMessageContaining(name + " must be a number from");
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        List<Integer> grid = List.of(16, 32);
        assertRefused("grid", List.of(16), 1, 2, 0, 1);
        assertRefused("grid", List.of(16, 24), 1, 2, 0, 1);
        assertRefused("grid", List.of(2, 16), 1, 2, 0, 1);
        assertRefused("grid", List.of(1 << 13, 1 << 13), 1, 2, 0, 1);
        assertRefused("length", grid, 0, 2, 0, 1);
        assertRefused("forcing-wavenumber", grid, 1, 0, 0, 1);
        assertRefused("forcing-wavenumber", grid, 1, 6, 0, 1);
        assertRefused("drag", grid, 1, 2, -1, 1);
        assertRefused("time-step", grid, 1, 2, 0, Double.NaN);
    }

    private static void assertRefused(
            String key, List<Integer> grid, double length, int waves, double drag, double dt) {
        assertThatThrownBy(() -> new NavierStokes2dSpec(grid, length, waves, drag, dt))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class, e -> assertThat(e.key()).isEqualTo(key));
    }

    private static double norm(double[] field) {
        return Math.sqrt(Arrays.stream(field).map(w -> w * w).sum());
    }

    private static double[] scaled(double[] field, double factor) {
        return Arrays.stream(field).map(value -> factor * value).toArray();
    }

    private static double[] field(NavierStokes2dSpec spec, DoubleBinaryOperator value) {
        double[] field = new double[spec.rows() * spec.columns()];
        for (int k = 0; k < field.length; k++) {
            int row = k / spec.columns();
            int column = k % spec.columns();
            field[k] =
                    value.applyAsDouble(
                            LENGTH * column / spec.columns(), LENGTH * row / spec.rows());
        }
        return field;
    }

    private static NavierStokes2d start(
            NavierStokes2dSpec spec, double viscosity, double forcing, double[] vorticity) {
        String name = "viscosity %s, forcing %s".formatted(viscosity, forcing);
        var coefficients = new NavierStokes2d.Coefficients(viscosity, forcing);
        return new NavierStokes2d(spec, name, coefficients, vorticity);
    }

    private static NavierStokes2dSpec spec(int rows, int columns, double drag, double timeStep) {
        return new NavierStokes2dSpec(List.of(rows, columns), LENGTH, 2, drag, timeStep);
    }

    private static double[] run(NavierStokes2dSpec spec, int steps, double... parameters) {
        try (Solver solver = spec.start(parameters)) {
            for (int step = 0; step < steps; step++) {
                Solvers.advance(solver);
            }
            return solver.field(0);
        }
    }
}
