package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeriodicTransform2dTest {
    private static final int ROWS = 4;
    private static final int COLUMNS = 8;

    private final PeriodicTransform2d transform = new PeriodicTransform2d(ROWS, COLUMNS);
    private final double[] field = new Random(1).doubles(2 * ROWS * COLUMNS, -1, 1).toArray();

    @Test
    void isTheSumOverAllNodesThatDefinesIt() {
        double[] modes = field.clone();
        transform.forward(modes);

        for (int mode = 0; mode < ROWS * COLUMNS; mode++) {
            double real = 0;
            double imaginary = 0;
            for (int node = 0; node < ROWS * COLUMNS; node++) {
                double angle = -2 * Math.PI * waves(mode, node);
                double re = field[2 * node];
                double im = field[2 * node + 1];
                real += re * Math.cos(angle) - im * Math.sin(angle);
                imaginary += re * Math.sin(angle) + im * Math.cos(angle);
            }
            assertThat(modes[2 * mode]).isCloseTo(real, within(1e-13));
            assertThat(modes[2 * mode + 1]).isCloseTo(imaginary, within(1e-13));
        }
    }

    /** Waves of a mode between node 0 and a node. */
    private static double waves(int mode, int node) {
        int row = node / COLUMNS;
        int column = node % COLUMNS;
        double alongY = PeriodicTransform2d.wavenumber(mode / COLUMNS, ROWS);
        double alongX = PeriodicTransform2d.wavenumber(mode % COLUMNS, COLUMNS);
        return alongY * row / ROWS + alongX * column / COLUMNS;
    }

    @Test
    void isUndoneByItsInverse() {
        double[] there = field.clone();
        transform.forward(there);
        transform.inverse(there);

        assertThat(there).containsExactly(field, within(1e-15));
    }

    @Test
    void countsWavesUpAndThenFromTheMostNegative() {
        int[] waves = new int[COLUMNS];
        Arrays.setAll(waves, k -> PeriodicTransform2d.wavenumber(k, COLUMNS));

        assertThat(waves).containsExactly(0, 1, 2, 3, 4, -3, -2, -1);
    }
}
