package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.setting.InvalidSettingException;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CombinedEquation1dTest {
    private static final double LENGTH = 16;
    private static final double ONCE = 2 * Math.PI / LENGTH;
    private static final CombinedEquation1d.Flux BURGERS = new CombinedEquation1d.Flux(0.5, 0.1, 0);
    private static final CombinedEquation1d.Flux KDV = new CombinedEquation1d.Flux(3, 0, 1);

    @Test
    void sumsTheForcingUpWhenThereIsNoFlux() {
        double[] u = run(spec(32, 1, 0.5, 1e-9), 6, 0, 0, 0, 2, 0.4, -3, 0.7);

        // u = A sin(θ) + ∫ A sin(ω t + θ) dt with θ = k x + φ.
        assertThat(u)
                .containsExactly(
                        field(
                                32,
                                x -> {
                                    double theta = -3 * ONCE * x + 0.7;
                                    return 2 * Math.sin(theta)
                                            + 5 * (Math.cos(theta) - Math.cos(theta + 1.2));
                                }),
                        within(1e-7));
    }

    @Test
    void growsAtAConstantRateUnderAConstantForcing() {
        double[] u = run(spec(32, 2, 0.5, 1e-6), 4, 0, 0, 0, 2, 0, 1, 0.3, 1, 0, 0, 0.5);

        assertThat(u)
                .containsExactly(
                        field(32, x -> 3 * (2 * Math.sin(ONCE * x + 0.3) + Math.sin(0.5))),
                        within(1e-12));
    }

    @Test
    void dampsASineModeAsDiffusionDoes() {
        double k = 3 * ONCE;
        var solver = solver(spec(32, 1, 0.5, 1e-6), new CombinedEquation1d.Flux(0, 0.2, 0), sine());

        advance(solver, 10);

        assertThat(solver.field(0))
                .containsExactly(
                        field(32, x -> Math.exp(-0.2 * k * k * 5) * Math.sin(k * x)),
                        within(1e-12));
    }

    @Test
    void movesASineModeAsDispersionDoes() {
        double k = 3 * ONCE;
        var solver = solver(spec(32, 1, 0.5, 1e-6), new CombinedEquation1d.Flux(0, 0, 2), sine());

        advance(solver, 10);

        // u_t = -γ u_xxx: exp(i k (x + γ k² t)).
        assertThat(solver.field(0))
                .containsExactly(field(32, x -> Math.sin(k * (x + 2 * k * k * 5))), within(1e-12));
    }

    private static DoubleUnaryOperator sine() {
        return x -> Math.sin(3 * ONCE * x);
    }

    @Test
    void answersAForcingAsAnOscillatorWhenTheFluxIsLinear() {
        double beta = 0.3;
        double gamma = 0.7;
        double omega = 0.4;
        double k = 2 * ONCE;
        double end = 60;
        double[] u = run(spec(32, 1, 1, 1e-8), 60, 0, beta, gamma, 1, omega, 2, 0.2);

        // û' = λ û + exp(i ω t), λ = -β k² + i γ k³: û = exp(i ω t) / (i ω - λ) when all else is
        // damped, by exp(-0.3 · 0.617 · 60) = 1.5e-5 here, of which the start is at most 4.
        double re = beta * k * k;
        double im = omega - gamma * k * k * k;
        double gain = 1 / Math.hypot(re, im);
        double delay = Math.atan2(im, re);
        assertThat(u)
                .containsExactly(
                        field(32, x -> gain * Math.sin(omega * end + k * x + 0.2 - delay)),
                        within(1e-4));
    }

    @ParameterizedTest(name = "{0} cells, tolerance {1}")
    @CsvSource({"128, 1e-8, 1e-3", "256, 1e-4, 1e-2", "256, 1e-6, 1e-4", "256, 1e-8, 1e-6"})
    void carriesASolitonAlongUnchanged(int cells, double tolerance, double error) {
        var solver = solver(spec(cells, 1, 0.05, tolerance), KDV, x -> soliton(x - 8));
        double[] first = solver.field(0).clone();

        advance(solver, 20);

        double[] last = solver.field(0);
        assertThat(last).containsExactly(field(cells, x -> soliton(x - 8 - 9)), within(error));
        assertThat(sum(last)).as("mass").isCloseTo(sum(first), within(1e-9));
        assertThat(squares(last))
                .as("momentum")
                .isCloseTo(squares(first), within(error * squares(first)));
    }

    /** c/2 sech²(√c/2 x) with c = 9, which moves at c by u_t + 6 u u_x + u_xxx = 0. */
    private static double soliton(double x) {
        return 4.5 / Math.pow(Math.cosh(1.5 * Math.IEEEremainder(x, LENGTH)), 2);
    }

    @Test
    void solvesBurgers() {
        var solver = solver(spec(128, 1, 1, 1e-9), BURGERS, x -> coleHopf(x, 0));

        advance(solver, 16);

        assertThat(solver.field(0)).containsExactly(field(128, x -> coleHopf(x, 16)), within(1e-9));
    }

    @Test
    void isFourthOrderInTime() {
        // The tolerance is so loose that every step is one of the solver's own.
        assertThat(order(16, 32)).isCloseTo(4, within(0.1));
        assertThat(order(32, 64)).isCloseTo(4, within(0.1));
    }

    private static double order(int coarse, int fine) {
        return Math.log(errorOfTime(coarse) / errorOfTime(fine)) / Math.log(2);
    }

    private static double errorOfTime(int steps) {
        var solver = solver(spec(128, 1, 16.0 / steps, 1e-2), BURGERS, x -> coleHopf(x, 0));
        advance(solver, steps);
        double[] exact = field(128, x -> coleHopf(x, solver.time()));
        double[] u = solver.field(0);
        return IntStream.range(0, 128).mapToDouble(i -> Math.abs(u[i] - exact[i])).max().orElse(0);
    }

    /** -2 β φ_x / φ of a solution φ of the heat equation: Cole and Hopf. */
    private static double coleHopf(double x, double time) {
        double beta = BURGERS.beta();
        double decay = Math.exp(-beta * ONCE * ONCE * time);
        return 2 * beta * ONCE * decay * Math.sin(ONCE * x) / (1.2 + decay * Math.cos(ONCE * x));
    }

    @Test
    void convergesToTheShockWithoutViscosity() {
        double coarse = errorOfShock(64);
        double fine = errorOfShock(256);

        // First order where u jumps.
        assertThat(fine).isLessThan(0.02);
        assertThat(coarse / fine).isBetween(3.0, 5.0);
    }

    /** Mean error at t = 2 of u_t + u u_x = 0 from sin x + 0.3 on [0, 2π). */
    private static double errorOfShock(int cells) {
        var spec = new CombinedEquation1dSpec(List.of(cells), 2 * Math.PI, 1, 0.25, 1e-5);
        double[] initial =
                IntStream.range(0, cells)
                        .mapToDouble(i -> Math.sin(2 * Math.PI * i / cells) + 0.3)
                        .toArray();
        var solver =
                new CombinedEquation1d(
                        spec, "", new CombinedEquation1d.Flux(0.5, 0, 0), List.of(), initial);
        advance(solver, 8);
        double error = 0;
        for (int i = 0; i < cells; i++) {
            error += Math.abs(solver.field(0)[i] - shock(2 * Math.PI * i / cells, 2)) / cells;
        }
        return error;
    }

    /** By characteristics; the shock stands at π in the frame that moves at the mean, 0.3. */
    private static double shock(double x, double time) {
        double fromShock = Math.IEEEremainder(x - 0.3 * time - Math.PI, 2 * Math.PI);
        double low = 0;
        double high = Math.PI;
        for (int i = 0; i < 60; i++) {
            double from = (low + high) / 2;
            boolean inside = from - Math.sin(from) * time < Math.abs(fromShock);
            low = inside ? from : low;
            high = inside ? high : from;
        }
        return 0.3 - Math.signum(fromShock) * Math.sin(low);
    }

    @Test
    void staysBoundedForEveryFluxOfThePaperOnACoarseGrid() {
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(3L);
        var spec = spec(32, 5, 1, 1e-3);
        for (int run = 0; run < 20; run++) {
            double[] parameters = new double[23];
            parameters[0] = random.nextDouble(0, 3);
            parameters[1] = run % 2 * random.nextDouble(0, 0.4);
            parameters[2] = run / 2 % 2 * random.nextDouble(0, 1);
            double growth = 0;
            for (int p = 3; p < 23; p += 4) {
                parameters[p] = random.nextDouble(-0.5, 0.5);
                parameters[p + 1] = random.nextDouble(-0.4, 0.4);
                parameters[p + 2] = random.nextDouble(0.5, 3.5);
                parameters[p + 3] = random.nextDouble(0, 2 * Math.PI);
                growth += Math.abs(parameters[p]) / Math.sqrt(2);
            }
            double[] u = run(spec, 20, parameters);

            // √(mean of u²) begins with, and grows by, no more than that of δ.
            assertThat(Math.sqrt(squares(u) / 32)).isLessThan(growth * 21 * 1.01);
        }
    }

    @Test
    void conservesTheMean() {
        double[] u = run(spec(64, 1, 0.5, 1e-6), 20, 3, 0.01, 0.2, 1, 0.3, 2, 1);

        assertThat(sum(u)).isCloseTo(0, within(1e-10));
    }

    @Test
    void tellsItsTime() {
        Solver solver = spec(32, 1, 0.25, 1e-6).start(new double[7]);
        assertThat(solver.time()).isZero();
        advance(solver, 3);
        assertThat(solver.time()).isEqualTo(0.75);
        assertThat(solver.field(0)).containsOnly(0);
    }

    @Test
    void namesEveryParameter() {
        assertThat(spec(32, 2, 1, 1e-6).parameters())
                .containsExactly(
                        "alpha",
                        "beta",
                        "gamma",
                        "amplitude-1",
                        "frequency-1",
                        "wavenumber-1",
                        "phase-1",
                        "amplitude-2",
                        "frequency-2",
                        "wavenumber-2",
                        "phase-2");
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.5, 2, 2.4999})
    void roundsWavenumbers(double wavenumber) {
        double[] u = run(spec(32, 1, 1, 1e-6), 0, 1, 1, 1, 1, 1, wavenumber, 0);

        assertThat(u).containsExactly(field(32, x -> Math.sin(2 * ONCE * x)), within(1e-14));
    }

    @Test
    void namesParametersAndTimeWhenItCannotGoOn() {
        var waves = List.of(new SineWave(1e200, 0.5, 1, 0));
        var solver =
                new CombinedEquation1d(
                        spec(8, 1, 1, 1e-6),
                        "combined, alpha=0.5",
                        BURGERS,
                        waves,
                        field(8, x -> 1e200 * Math.sin(x)));

        assertThatThrownBy(solver::advance)
                .isInstanceOf(SolverException.class)
                .hasMessageContaining(
                        "combined, alpha=0.5: no step of 1.0 from time 0.0 within tolerance 1.0E-6");
    }

    @Test
    void refusesParametersItCannotComputeWith() {
        assertRefused("takes 7: [alpha, beta, gamma, amplitude-1", 1, 2, 3);
        assertRefused("NaN", 1, 1, 1, Double.NaN, 1, 1, 1);
        assertRefused(
                "amplitude-1 must be a number from -1000000.0 to 1000000.0", 1, 1, 1, 1e7, 1, 1, 1);
        assertRefused("beta must be a number from 0.0 to 1000000.0", 1, -0.1, 1, 1, 1, 1, 1);
        assertRefused("wavenumber-1 must be a number from -10.0 to 10.0", 1, 1, 1, 1, 1, -11, 1);
    }

    private static void assertRefused(String message, double... parameters) {
        assertThatThrownBy(() -> spec(32, 1, 1, 1e-6).start(parameters))
                .isInstanceOf(SolverException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertRefusedSetting("grid", List.of(48), 1, 1, 1, 1e-6);
        assertRefusedSetting("length", List.of(64), 0, 1, 1, 1e-6);
        assertRefusedSetting("modes", List.of(64), 1, 0, 1, 1e-6);
        assertRefusedSetting("time-step", List.of(64), 1, 1, -1, 1e-6);
        assertRefusedSetting("tolerance", List.of(64), 1, 1, 1, 1);
    }

    private static void assertRefusedSetting(
            String key, List<Integer> grid, double l, int modes, double dt, double tolerance) {
        assertThatThrownBy(() -> new CombinedEquation1dSpec(grid, l, modes, dt, tolerance))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class, e -> assertThat(e.key()).isEqualTo(key));
    }

    private static CombinedEquation1dSpec spec(
            int cells, int modes, double timeStep, double tolerance) {
        return new CombinedEquation1dSpec(List.of(cells), LENGTH, modes, timeStep, tolerance);
    }

    private static Solver solver(
            CombinedEquation1dSpec spec,
            CombinedEquation1d.Flux flux,
            DoubleUnaryOperator initial) {
        return new CombinedEquation1d(spec, "", flux, List.of(), field(spec.cells(), initial));
    }

    private static double[] run(CombinedEquation1dSpec spec, int steps, double... parameters) {
        try (Solver solver = spec.start(parameters)) {
            advance(solver, steps);
            return solver.field(0);
        }
    }

    private static void advance(Solver solver, int steps) {
        for (int step = 0; step < steps; step++) {
            Solvers.advance(solver);
        }
    }

    private static double[] field(int cells, DoubleUnaryOperator value) {
        return IntStream.range(0, cells)
                .mapToDouble(i -> value.applyAsDouble(LENGTH * i / cells))
                .toArray();
    }

    private static double sum(double[] values) {
        return Arrays.stream(values).sum();
    }

    private static double squares(double[] values) {
        return Arrays.stream(values).map(value -> value * value).sum();
    }
}
