package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeriodicTransform1dTest {
    @Test
    void findsTheSeriesOfAField() {
        var transform = new PeriodicTransform1d(16);
        double[][] spectrum = new double[2][transform.modes()];

        transform.forward(
                field(16, x -> 3 + 4 * Math.cos(2 * x) - 6 * Math.sin(5 * x) + Math.cos(8 * x)),
                spectrum);

        assertThat(spectrum[0])
                .containsExactly(new double[] {3, 0, 2, 0, 0, 0, 0, 0, 1}, within(1e-14));
        assertThat(spectrum[1])
                .containsExactly(new double[] {0, 0, 0, 0, 0, 3, 0, 0, 0}, within(1e-14));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 64, 1024})
    void returnsToTheFieldItCameFrom(int cells) {
        var transform = new PeriodicTransform1d(cells);
        double[][] spectrum = new double[2][transform.modes()];
        double[] noise = RandomSource.XO_RO_SHI_RO_128_PP.create(7L).doubles(cells).toArray();
        double[] back = new double[cells];

        transform.forward(noise, spectrum);
        transform.inverse(spectrum, back);

        assertThat(back).containsExactly(noise, within(1e-12));
    }

    @Test
    void cutsOffModesThatTheSpectrumDoesNotHold() {
        var transform = new PeriodicTransform1d(32);
        double[][] spectrum = new double[2][5];
        double[] back = new double[32];

        transform.forward(field(32, x -> 1 + Math.sin(4 * x) + Math.cos(5 * x)), spectrum);
        transform.inverse(spectrum, back);

        assertThat(back).containsExactly(field(32, x -> 1 + Math.sin(4 * x)), within(1e-14));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 32, 64})
    void keepsProductsFreeOfAliases(int cells) {
        var transform = new PeriodicTransform1d(cells);
        int modes = 1 + PeriodicTransform1d.mostWaves(cells);
        double[][] spectrum = new double[2][modes];
        int highest = modes - 1;

        // cos² = (1 + cos(2 highest x)) / 2, whose second part lies beyond the modes kept.
        transform.forward(field(cells, x -> Math.pow(Math.cos(highest * x), 2)), spectrum);

        double[] mean = new double[modes];
        mean[0] = 0.5;
        assertThat(spectrum[0]).containsExactly(mean, within(1e-14));
        assertThat(spectrum[1]).containsExactly(new double[modes], within(1e-14));
        assertThat(3 * modes).as("no fewer than must be").isGreaterThanOrEqualTo(cells);
    }

    private static double[] field(int cells, DoubleUnaryOperator value) {
        return IntStream.range(0, cells)
                .mapToDouble(i -> value.applyAsDouble(2 * Math.PI * i / cells))
                .toArray();
    }
}
