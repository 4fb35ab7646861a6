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

class Advection1dTest {
    private static final int CELLS = 64;
    private static final double LENGTH = 16;

    @ParameterizedTest(name = "speed {0}, time step {1}, {2} steps")
    @CsvSource({"1, 0.3, 1", "1, 0.3, 40", "-2.7, 0.11, 100", "0, 1, 5", "1000, 0.7, 1000"})
    void carriesThePulseAlongUnchanged(double speed, double timeStep, int steps) {
        double[] u = run(timeStep, steps, speed, 2.5, 3, 1.2);

        double[] expected =
                IntStream.range(0, CELLS)
                        .mapToDouble(i -> pulse(2.5, 3 + speed * timeStep * steps, 1.2, i))
                        .toArray();
        // What the pulse has beyond the modes of the grid: exp(-(π · 1.2 / 0.25)² / 2) of it.
        assertThat(u).containsExactly(expected, within(1e-9));
    }

    private static double pulse(double amplitude, double centre, double width, int cell) {
        double angle = 2 * Math.PI * ((double) cell / CELLS - centre / LENGTH);
        return amplitude
                * Math.exp((Math.cos(angle) - 1) / Math.pow(2 * Math.PI * width / LENGTH, 2));
    }

    @Test
    void beginsWithAGaussianWhenThePulseIsNarrow() {
        double[] u = run(1, 0, 1, 2, 8, 0.5);

        assertThat(u[32]).isCloseTo(2, within(1e-12));
        assertThat(u[36]).as("one length off").isCloseTo(2 * Math.exp(-2), within(0.01));
    }

    @Test
    void conservesMassAndEnergyEvenOfAPulseOfTwoCells() {
        double[] first = run(0.37, 0, 1.3, 2, 5, 0.5);
        double[] last = run(0.37, 999, 1.3, 2, 5, 0.5);

        assertThat(Arrays.stream(last).sum()).isCloseTo(Arrays.stream(first).sum(), within(1e-11));
        assertThat(Arrays.stream(last).map(v -> v * v).sum())
                .isCloseTo(Arrays.stream(first).map(v -> v * v).sum(), within(1e-6));
    }

    @Test
    void isThereAgainOnceAround() {
        double[] u = run(0.5, 32, 1, 2, 5, 0.5);

        assertThat(u).containsExactly(run(0.5, 0, 1, 2, 5, 0.5), within(1e-13));
    }

    @Test
    void tellsItsTime() {
        Solver solver = spec(0.25).start(new double[] {1, 1, 1, 1});
        assertThat(solver.time()).isZero();
        Solvers.advance(solver);
        Solvers.advance(solver);
        Solvers.advance(solver);
        assertThat(solver.time()).isEqualTo(0.75);
    }

    @Test
    void refusesParametersItCannotComputeWith() {
        assertRefused("takes 4: [speed, amplitude, centre, width]", 1, 2, 3);
        assertRefused("Infinity", Double.POSITIVE_INFINITY, 1, 1, 1);
        assertRefused("width must be a number from 0.5 to 16.0", 1, 1, 1, 0.49);
        assertRefused("width must be a number from 0.5 to 16.0", 1, 1, 1, 16.1);
    }

    private static void assertRefused(String message, double... parameters) {
        assertThatThrownBy(() -> spec(1).start(parameters))
                .isInstanceOf(SolverException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertRefusedSetting("grid", List.of(), 1, 1);
        assertRefusedSetting("grid", List.of(64, 64), 1, 1);
        assertRefusedSetting("grid", List.of(100), 1, 1);
        assertRefusedSetting("grid", List.of(4), 1, 1);
        assertRefusedSetting("length", List.of(64), 0, 1);
        assertRefusedSetting("time-step", List.of(64), 1, 0);
    }

    private static void assertRefusedSetting(
            String key, List<Integer> grid, double length, double timeStep) {
        assertThatThrownBy(() -> new Advection1dSpec(grid, length, timeStep))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class, e -> assertThat(e.key()).isEqualTo(key));
    }

    private static Advection1dSpec spec(double timeStep) {
        return new Advection1dSpec(List.of(CELLS), LENGTH, timeStep);
    }

    private static double[] run(double timeStep, int steps, double... parameters) {
        try (Solver solver = spec(timeStep).start(parameters)) {
            for (int step = 0; step < steps; step++) {
                Solvers.advance(solver);
            }
            return solver.field(0);
        }
    }
}
