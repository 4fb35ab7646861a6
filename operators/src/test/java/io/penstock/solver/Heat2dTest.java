package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.setting.InvalidSettingException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Heat2dTest {
    private static final double TOLERANCE = 1e-10;

    @ParameterizedTest(name = "row {0}, column {1}")
    @CsvSource({"19, 19", "19, 9", "29, 29", "4, 34"})
    void takesTheProfileOfOneHotWallAtSteadyState(int row, int column) throws InterruptedException {
        double[] u = run(spec(39, 39, 100), 20, 300, 0, 0, 0, 100);

        // Separation of variables: the sum over odd k of 4/(kπ) sin(kπx/L) sinh(kπy/L) / sinh(kπ).
        double expected = 0;
        for (int k = 1; k < 200; k += 2) {
            double kPi = k * Math.PI;
            expected +=
                    4
                            / kPi
                            * Math.sin(kPi * (column + 1) / 40)
                            * Math.sinh(kPi * (row + 1) / 40)
                            / Math.sinh(kPi);
        }
        // The grid's own error: 1/12 (h/L)² times fourth derivatives of about π⁴, in units of 100.
        assertThat(u[row * 39 + column]).isCloseTo(100 * expected, within(0.5));
    }

    @Test
    void solvesOneNodeAsTheMeanOfItsWalls() throws InterruptedException {
        // h = 5 and dt = 25: u' = (u + sum of the walls) / (1 + 4).
        double[] u = run(spec(1, 1, 25), 1, 300, 100, 200, 400, 500);

        assertThat(u[0]).isCloseTo(1500.0 / 5, within(1e-7));
    }

    @Test
    void staysAtTheTemperatureThatAllWallsShare() throws InterruptedException {
        double[] u = run(spec(12, 7, 0.01), 10, 300, 300, 300, 300, 300);

        assertThat(u).containsOnly(300.0);
    }

    @Test
    void reachesTheTemperatureThatAllWallsShare() throws InterruptedException {
        double[] u = run(spec(12, 7, 100), 10, 500, 220, 220, 220, 220);

        assertThat(u).satisfies(field -> assertAll(field, 220, 220));
    }

    @Test
    void putsEachWallOnItsOwnSide() throws InterruptedException {
        // One short step: only nodes beside the one hot wall are warmed much.
        int rows = 3;
        int columns = 4;
        assertThat(nodesWarmedBy(1)).containsExactly(0, columns, 2 * columns);
        assertThat(nodesWarmedBy(2)).containsExactly(columns - 1, 2 * columns - 1, 11);
        assertThat(nodesWarmedBy(3)).containsExactly(0, 1, 2, 3);
        assertThat(nodesWarmedBy(4)).containsExactly(8, 9, 10, (rows - 1) * columns + 3);
    }

    private static int[] nodesWarmedBy(int parameter) throws InterruptedException {
        double[] parameters = new double[5];
        parameters[parameter] = 100;
        double[] u = run(spec(3, 4, 0.01), 1, parameters);
        double hottest = Arrays.stream(u).max().orElseThrow();
        return IntStream.range(0, u.length).filter(k -> u[k] > hottest / 2).toArray();
    }

    @Test
    void neverLeavesTheRangeOfInitialAndWallTemperatures() throws InterruptedException {
        double[] parameters = {340, 110, 480, 205, 390};
        try (Solver solver = spec(17, 23, 0.05).start(parameters)) {
            for (int step = 0; step < 50; step++) {
                solver.advance();
                assertAll(solver.field(0), 110, 480);
            }
        }
    }

    @Test
    void isSymmetricWhenTheWallsAre() throws InterruptedException {
        int rows = 9;
        int columns = 14;
        double[] u = run(spec(rows, columns, 0.05), 20, 300, 450, 450, 150, 150);

        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                double here = u[i * columns + j];
                assertThat(u[i * columns + columns - 1 - j]).isCloseTo(here, within(1e-6));
                assertThat(u[(rows - 1 - i) * columns + j]).isCloseTo(here, within(1e-6));
            }
        }
    }

    @Test
    void turnsWithItsWallsOnAGridThatIsNotSquare() throws InterruptedException {
        double[] wide = run(spec(6, 11, 0.05), 15, 300, 100, 200, 400, 500);
        double[] tall = run(spec(11, 6, 0.05), 15, 300, 400, 500, 100, 200);

        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < 11; j++) {
                assertThat(tall[j * 6 + i]).isCloseTo(wide[i * 11 + j], within(1e-6));
            }
        }
    }

    @Test
    void solvesTheSystemOfAStepToItsTolerance() {
        Heat2dSpec spec = spec(20, 30, 1);
        var solver = (Heat2d) spec.start(new double[] {300, 100, 200, 400, 500});
        double[] before = solver.field(0).clone();
        solver.advance();
        double[] after = solver.field(0);

        // The equation written out once more, node by node, with the walls as neighbours.
        double hx = 10.0 / 31;
        double hy = 10.0 / 21;
        double residual = 0;
        double size = 0;
        for (int i = 0; i < 20; i++) {
            for (int j = 0; j < 30; j++) {
                double here = after[i * 30 + j];
                double west = j == 0 ? 100 : after[i * 30 + j - 1];
                double east = j == 29 ? 200 : after[i * 30 + j + 1];
                double south = i == 0 ? 400 : after[(i - 1) * 30 + j];
                double north = i == 19 ? 500 : after[(i + 1) * 30 + j];
                double laplacian =
                        (west - 2 * here + east) / (hx * hx)
                                + (south - 2 * here + north) / (hy * hy);
                residual += Math.pow(here - laplacian - before[i * 30 + j], 2);
                size += Math.pow(before[i * 30 + j], 2);
            }
        }
        // The right-hand side with its walls is larger than the field alone, by less than 50 here.
        assertThat(Math.sqrt(residual / size)).isLessThan(50 * TOLERANCE);
    }

    @Test
    void tellsItsTime() throws InterruptedException {
        Solver solver = spec(4, 4, 0.25).start(new double[5]);
        assertThat(solver.time()).isZero();
        solver.advance();
        solver.advance();
        solver.advance();
        assertThat(solver.time()).isEqualTo(0.75);
    }

    @Test
    void namesParametersAndResidualWhenItDoesNotConverge() {
        Heat2dSpec spec = spec(50, 50, 10);
        double[] initial = new double[2500];
        Arrays.fill(initial, 123.5);
        var solver =
                new Heat2d(
                        spec,
                        "heat-2d, west=456.25",
                        initial,
                        new Heat2d.Walls(456.25, 0, 0, 0),
                        3);

        assertThatThrownBy(solver::advance)
                .isInstanceOf(SolverException.class)
                .hasMessageContainingAll("heat-2d, west=456.25: ", "step 0")
                .hasMessageContaining("residual 0.")
                .hasMessageContaining("after at most 3 iterations, tolerance 1.0E-10");
    }

    @Test
    void refusesAWrongNumberOfParameters() {
        assertThatThrownBy(() -> spec(4, 4, 1).start(new double[] {1, 2, 3}))
                .isInstanceOf(SolverException.class)
                .hasMessageContaining("3 parameters [1.0, 2.0, 3.0]")
                .hasMessageContaining("takes 5: [initial, west, east, south, north]");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 1e300})
    void refusesParametersItCannotComputeWith(double value) {
        assertThatThrownBy(() -> spec(4, 4, 1).start(new double[] {1, 2, 3, 4, value}))
                .isInstanceOf(SolverException.class)
                .hasMessageContaining(Double.toString(value));
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertRefused("grid", List.of(10), 1, 1, 1, 1e-8);
        assertRefused("grid", List.of(10, 0), 1, 1, 1, 1e-8);
        assertRefused("grid", List.of(100_000, 100_000), 1, 1, 1, 1e-8);
        assertRefused("length", List.of(8, 8), 0, 1, 1, 1e-8);
        assertRefused("diffusivity", List.of(8, 8), 1, -1, 1, 1e-8);
        assertRefused("time-step", List.of(8, 8), 1, 1, 0, 1e-8);
        assertRefused("time-step", List.of(8, 8), 1, 1, 1e300, 1e-8);
        assertRefused("tolerance", List.of(8, 8), 1, 1, 1, 0);
    }

    private static void assertRefused(
            String key, List<Integer> grid, double l, double d, double dt, double tolerance) {
        assertThatThrownBy(() -> new Heat2dSpec(grid, l, d, dt, tolerance))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class, e -> assertThat(e.key()).isEqualTo(key));
    }

    private static void assertAll(double[] field, double min, double max) {
        assertThat(Arrays.stream(field).min().orElseThrow()).isGreaterThan(min - 1e-6);
        assertThat(Arrays.stream(field).max().orElseThrow()).isLessThan(max + 1e-6);
    }

    private static Heat2dSpec spec(int rows, int columns, double timeStep) {
        return new Heat2dSpec(List.of(rows, columns), 10, 1, timeStep, TOLERANCE);
    }

    private static double[] run(Heat2dSpec spec, int steps, double... parameters)
            throws InterruptedException {
        try (Solver solver = spec.start(parameters)) {
            for (int step = 0; step < steps; step++) {
                solver.advance();
            }
            return solver.field(0);
        }
    }
}
