package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.setting.InvalidSettingException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrayScott2dTest {
    private static final double[] SPOT = {0.04, 0.06, 0.25, 0.5, 0.125};

    @Test
    void staysWhereThereIsNoV() {
        GrayScott2dSpec spec = spec(8, 16, 10);
        var solver = start(spec, 0.04, 0.06, uniform(spec, 1), uniform(spec, 0));
        solver.advance();
        solver.advance();

        assertThat(solver.field(0)).containsOnly(1.0);
        assertThat(solver.field(1)).containsOnly(0.0);
    }

    @ParameterizedTest(name = "feed {0}, kill {1}, from u = {2}, v = {3}")
    @CsvSource({"0.04, 0.06, 0.5, 0.25", "0.02, 0.05, 0.9, 0.2", "0.5, 0, 0.1, 0.8"})
    void reactsAsTheOrdinaryDifferentialEquationWhereItIsUniform(
            double feed, double kill, double u0, double v0) {
        GrayScott2dSpec spec = spec(4, 8, 0.02);
        var solver = start(spec, feed, kill, uniform(spec, u0), uniform(spec, v0));
        double[] expected = {u0, v0};
        for (int step = 0; step < 2000; step++) {
            solver.advance();
            rungeKutta(expected, feed, kill, spec.timeStep());
        }

        // The solver's second order: 40 × (0.02 × rates up to 1)², times what little is lost.
        assertThat(solver.field(0)).satisfies(u -> assertAll(u, expected[0], within(1e-5)));
        assertThat(solver.field(1)).satisfies(v -> assertAll(v, expected[1], within(1e-5)));
    }

    /** The classical fourth-order step, whose error is far below the solver's. */
    private static void rungeKutta(double[] y, double feed, double kill, double dt) {
        double[] slope = {0, 0};
        double[] sum = {0, 0};
        double[] weights = {1, 2, 2, 1};
        double[] ahead = {0, dt / 2, dt / 2, dt};
        for (int stage = 0; stage < 4; stage++) {
            double u = y[0] + ahead[stage] * slope[0];
            double v = y[1] + ahead[stage] * slope[1];
            slope[0] = -u * v * v + feed * (1 - u);
            slope[1] = u * v * v - (feed + kill) * v;
            sum[0] += weights[stage] * slope[0];
            sum[1] += weights[stage] * slope[1];
        }
        y[0] += dt / 6 * sum[0];
        y[1] += dt / 6 * sum[1];
    }

    @Test
    void neitherMakesNorLosesAnythingWithoutFeedAndKill() {
        Solver solver = spec(16, 16, 20).start(new double[] {0, 0, 0.25, 0.5, 0.125});
        double before = total(solver);
        for (int step = 0; step < 20; step++) {
            Solvers.advance(solver);
        }

        assertThat(total(solver)).isCloseTo(before, within(1e-11));
        assertThat(sum(solver.field(1))).isGreaterThan(10);
    }

    @Test
    void changesItsTotalByWhatIsFedAndKilled() {
        // d/dt Σ(u + v) = F Σ(1 - u) - (F + k) Σv, by the trapezoid rule over short steps.
        Solver solver = spec(16, 16, 0.25).start(SPOT);
        double before = total(solver);
        double balance = 0;
        for (int step = 0; step < 400; step++) {
            balance += 0.125 * balance(solver);
            Solvers.advance(solver);
            balance += 0.125 * balance(solver);
        }

        double change = total(solver) - before;
        assertThat(Math.abs(change)).isGreaterThan(1);
        assertThat(change).isCloseTo(balance, within(1e-3));
    }

    private static double balance(Solver solver) {
        double u = sum(solver.field(0));
        double v = sum(solver.field(1));
        return SPOT[0] * (256 - u) - (SPOT[0] + SPOT[1]) * v;
    }

    @ParameterizedTest(name = "feed {0}, kill {1}, v up to {2}, Du {3}, Dv {4}, step {5}")
    @CsvSource({
        "0.04, 0.06, 1, 2e-5, 1e-5, 100",
        "0, 0, 1, 2e-5, 1e-5, 100",
        "1, 0, 1, 2e-5, 1e-5, 100",
        "1, 1, 10, 0, 0, 10",
        "0.04, 0.06, 50, 1e-2, 0, 1",
        "0.02, 0, 50, 0, 1e-2, 1",
    })
    void staysWithinItsBoundsFromAnyStart(
            double feed, double kill, double mostV, double du, double dv, double timeStep) {
        var spec = new GrayScott2dSpec(List.of(16, 16), 1, du, dv, timeStep);
        var random = new Random(3);
        double[] u = random.doubles(256).toArray();
        double[] v = random.doubles(256, 0, mostV).toArray();
        double most = Math.max(256, sum(u) + sum(v));
        var solver = start(spec, feed, kill, u, v);
        for (int step = 0; step < 30; step++) {
            solver.advance();
            assertThat(solver.field(0)).satisfies(field -> assertWithin(field, 0, 1 + 1e-12));
            assertThat(solver.field(1)).satisfies(field -> assertWithin(field, 0, most));
            assertThat(total(solver)).isLessThanOrEqualTo(most * (1 + 1e-12));
        }
    }

    @Test
    void startsFromASpot() {
        Solver solver = spec(16, 16, 1).start(SPOT);
        int centre = 8 * 16 + 4;

        assertThat(solver.field(0)[centre]).isEqualTo(0.5);
        assertThat(solver.field(1)[centre]).isEqualTo(0.25);
        // Two nodes are one radius: exp(-1/2), a little more where the square closes.
        assertThat(solver.field(1)[centre + 2]).isCloseTo(0.25 * 0.61, within(0.005));
        assertThat(solver.field(1)[centre - 32]).isCloseTo(0.25 * 0.61, within(0.005));
        assertThat(solver.field(1)[12]).isLessThan(1e-3);
    }

    @Test
    void movesWithItsSpotAcrossTheSides() {
        double[] here = run(spec(16, 16, 10), 20, 0.04, 0.06, 0.25, 0.5, 0.125);
        double[] there = run(spec(16, 16, 10), 20, 0.04, 0.06, 0.25 + 11.0 / 16, 0, 0.125);

        for (int i = 0; i < 16; i++) {
            for (int j = 0; j < 16; j++) {
                assertThat(there[(i + 8) % 16 * 16 + (j + 11) % 16])
                        .isCloseTo(here[i * 16 + j], within(1e-12));
            }
        }
    }

    @Test
    void turnsWithItsSpotOnAGridThatIsNotSquare() {
        double[] wide = run(spec(12, 16, 10), 20, 0.04, 0.06, 0.3, 0.8, 0.2);
        double[] tall = run(spec(16, 12, 10), 20, 0.04, 0.06, 0.8, 0.3, 0.2);

        for (int i = 0; i < 12; i++) {
            for (int j = 0; j < 16; j++) {
                assertThat(tall[j * 12 + i]).isCloseTo(wide[i * 16 + j], within(1e-12));
            }
        }
    }

    @Test
    void tellsItsTimeAndItsFields() {
        Solver solver = spec(8, 4, 0.25).start(new double[] {0.04, 0.06, 0, 0, 0.5});
        assertThat(solver.time()).isZero();
        Solvers.advance(solver);
        Solvers.advance(solver);

        assertThat(solver.time()).isEqualTo(0.5);
        assertThat(solver.field(0)).isNotSameAs(solver.field(1));
        assertThatThrownBy(() -> solver.field(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 1e200})
    void namesParametersAndTimeWhenItCannotGoOn(double value) {
        GrayScott2dSpec spec = spec(4, 4, 2);
        double[] v = uniform(spec, 0.25);
        var solver = start(spec, 0.04, 0.06, uniform(spec, 1), v);
        solver.advance();
        v[5] = value;

        assertThatThrownBy(solver::advance)
                .isInstanceOf(SolverException.class)
                .hasMessageContainingAll("feed 0.04, kill 0.06", "time 2.0");
    }

    @Test
    void refusesAWrongNumberOfParameters() {
        assertThatThrownBy(() -> spec(16, 16, 1).start(new double[] {1, 2}))
                .isInstanceOf(SolverException.class)
                .hasMessageContaining("2 parameters [1.0, 2.0]")
                .hasMessageContaining("gray-scott-2d takes 5: [feed, kill, x, y, radius]");
    }

    @ParameterizedTest
    @CsvSource({
        "0, feed, -0.01",
        "0, feed, NaN",
        "1, kill, 1.5",
        "2, x, 1.01",
        "3, y, -0.01",
        "4, radius, 0.12",
        "4, radius, Infinity"
    })
    void refusesParametersOutOfRange(int index, String name, double value) {
        double[] parameters = SPOT.clone();
        parameters[index] = value;

        assertThatThrownBy(() -> spec(16, 16, 1).start(parameters))
                .isInstanceOf(SolverException.class)
                .hasMessageContaining("gray-scott-2d, feed=")
                .hasMessageContaining(name + "=" + value)
                .hasMessageContaining(name + " must be a number from");
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        List<Integer> grid = List.of(16, 16);
        assertRefused("grid", List.of(10), 1, 1, 1, 1);
        assertRefused("grid", List.of(10, 3), 1, 1, 1, 1);
        assertRefused("grid", List.of(100_000, 100_000), 1, 1, 1, 1);
        assertRefused("length", grid, 0, 1, 1, 1);
        assertRefused("diffusivity-u", grid, 1, -1, 1, 1);
        assertRefused("diffusivity-v", grid, 1, 1, Double.NaN, 1);
        assertRefused("time-step", grid, 1, 1, 1, 0);
        assertRefused("time-step", grid, 1, 1, 1, 1000);
        assertRefused("time-step", grid, 1, 0, 0, 1e6);
    }

    private static void assertRefused(
            String key, List<Integer> grid, double length, double du, double dv, double dt) {
        assertThatThrownBy(() -> new GrayScott2dSpec(grid, length, du, dv, dt))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class, e -> assertThat(e.key()).isEqualTo(key));
    }

    private static void assertAll(double[] field, double expected, Offset<Double> offset) {
        assertThat(Arrays.stream(field).min().orElseThrow()).isCloseTo(expected, offset);
        assertThat(Arrays.stream(field).max().orElseThrow()).isCloseTo(expected, offset);
    }

    private static void assertWithin(double[] field, double min, double max) {
        assertThat(Arrays.stream(field).min().orElseThrow()).isGreaterThanOrEqualTo(min);
        assertThat(Arrays.stream(field).max().orElseThrow()).isLessThanOrEqualTo(max);
    }

    private static double total(Solver solver) {
        return sum(solver.field(0)) + sum(solver.field(1));
    }

    private static double sum(double[] field) {
        return Arrays.stream(field).sum();
    }

    private static double[] uniform(GrayScott2dSpec spec, double value) {
        double[] field = new double[spec.rows() * spec.columns()];
        Arrays.fill(field, value);
        return field;
    }

    private static GrayScott2d start(
            GrayScott2dSpec spec, double feed, double kill, double[] u, double[] v) {
        String name = "feed %s, kill %s".formatted(feed, kill);
        return new GrayScott2d(spec, name, new GrayScott2d.Rates(feed, kill), u, v);
    }

    /** Pearson's diffusivities on a square of side 1. */
    private static GrayScott2dSpec spec(int rows, int columns, double timeStep) {
        return new GrayScott2dSpec(List.of(rows, columns), 1, 2e-5, 1e-5, timeStep);
    }

    private static double[] run(GrayScott2dSpec spec, int steps, double... parameters) {
        try (Solver solver = spec.start(parameters)) {
            for (int step = 0; step < steps; step++) {
                Solvers.advance(solver);
            }
            return solver.field(1);
        }
    }
}
