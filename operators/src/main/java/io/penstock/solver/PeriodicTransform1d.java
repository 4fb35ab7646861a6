package io.penstock.solver;

import io.penstock.setting.Check;
import java.util.List;
import org.hipparchus.transform.DftNormalization;
import org.hipparchus.transform.FastFourierTransformer;
import org.hipparchus.transform.TransformType;

/**
 * Fourier series of a real periodic field given at the cells x<sub>i</sub> = i L / n of [0, L):
 * u(x) = Σ c<sub>m</sub> exp(2πi m x / L) over |m| ≤ n/2, with c<sub>-m</sub> the conjugate of
 * c<sub>m</sub>.
 *
 * <p>A spectrum is {@code [2][modes]}: real and imaginary parts of c<sub>0</sub>, c<sub>1</sub>, …;
 * c<sub>0</sub> is the mean. It may hold fewer than all n/2 + 1 modes: the others are cut off, and
 * zero. Nothing is allocated by a transform.
 */
final class PeriodicTransform1d {
    private static final int MIN_CELLS = 8;
    private static final int MAX_CELLS = 1 << 20;

    private final int cells;
    private final double[][] data;

    /**
     * @param cells n, as {@link #checkGrid} allows
     */
    PeriodicTransform1d(int cells) {
        this.cells = cells;
        this.data = new double[2][cells];
    }

    /** Requires a grid {@code [cells]} that can be transformed. */
    static void checkGrid(List<Integer> grid) {
        Check.that(
                grid.size() == 1
                        && Integer.bitCount(grid.get(0)) == 1
                        && grid.get(0) >= MIN_CELLS
                        && grid.get(0) <= MAX_CELLS,
                "grid",
                grid,
                "[cells], a power of two from %d to %d".formatted(MIN_CELLS, MAX_CELLS));
    }

    /** Number of modes of a field without loss, n/2 + 1. */
    int modes() {
        return cells / 2 + 1;
    }

    /**
     * The most waves along an axis of {@code cells} cells that modes may have for their products of
     * two, made in the cells, to fall on none of these modes unless they belong there: below a
     * third of the cells (the rule of two thirds).
     */
    static int mostWaves(int cells) {
        return (cells - 1) / 3;
    }

    /** Computes the spectrum of a field. */
    void forward(double[] field, double[][] spectrum) {
        for (int i = 0; i < cells; i++) {
            data[0][i] = field[i] / cells;
            data[1][i] = 0;
        }
        transform();
        System.arraycopy(data[0], 0, spectrum[0], 0, spectrum[0].length);
        System.arraycopy(data[1], 0, spectrum[1], 0, spectrum[1].length);
    }

    /** Computes the field of a spectrum. */
    void inverse(double[][] spectrum, double[] field) {
        // The conjugates, forward: the field is real, hence its own conjugate.
        int modes = spectrum[0].length;
        int half = cells / 2;
        for (int m = 0; m <= half; m++) {
            double re = m < modes ? spectrum[0][m] : 0;
            double im = m < modes && m != 0 && m != half ? spectrum[1][m] : 0;
            int mirror = m == 0 ? 0 : cells - m;
            data[0][mirror] = re;
            data[1][mirror] = im;
            data[0][m] = re;
            data[1][m] = -im;
        }
        transform();
        System.arraycopy(data[0], 0, field, 0, cells);
    }

    private void transform() {
        FastFourierTransformer.transformInPlace(
                data, DftNormalization.STANDARD, TransformType.FORWARD);
    }
}
