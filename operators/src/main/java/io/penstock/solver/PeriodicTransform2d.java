package io.penstock.solver;

import org.hipparchus.transform.DftNormalization;
import org.hipparchus.transform.FastFourierTransformer;
import org.hipparchus.transform.TransformType;

/**
 * The discrete Fourier transform of complex fields on rows × columns nodes, both powers of two, in
 * place and in C order, each value a real part followed by an imaginary part. Mode (i, j) stands
 * where node (i, j) did; its {@linkplain #wavenumber wave numbers} count from 0 up, then from the
 * most negative to -1. Only the inverse divides by the number of nodes.
 */
final class PeriodicTransform2d {
    private final int rows;
    private final int columns;
    private final double[][] row;
    private final double[][] column;

    PeriodicTransform2d(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        this.row = new double[2][columns];
        this.column = new double[2][rows];
    }

    /** Whole waves along an axis of {@code count} nodes that a mode's index on it stands for. */
    static int wavenumber(int index, int count) {
        return index <= count / 2 ? index : index - count;
    }

    void forward(double[] complex) {
        transform(complex, TransformType.FORWARD);
    }

    void inverse(double[] complex) {
        transform(complex, TransformType.INVERSE);
    }

    private void transform(double[] complex, TransformType type) {
        for (int i = 0; i < rows; i++) {
            along(row, complex, 2 * i * columns, 2, type);
        }
        for (int j = 0; j < columns; j++) {
            along(column, complex, 2 * j, 2 * columns, type);
        }
    }

    /** Transforms the line that begins at {@code from}, by way of {@code line}. */
    private static void along(
            double[][] line, double[] complex, int from, int stride, TransformType type) {
        double[] real = line[0];
        double[] imaginary = line[1];
        for (int k = 0, at = from; k < real.length; k++, at += stride) {
            real[k] = complex[at];
            imaginary[k] = complex[at + 1];
        }
        FastFourierTransformer.transformInPlace(line, DftNormalization.STANDARD, type);
        for (int k = 0, at = from; k < real.length; k++, at += stride) {
            complex[at] = real[k];
            complex[at + 1] = imaginary[k];
        }
    }
}
