package io.penstock.surrogate;

/**
 * The Fourier transform along one axis of n cells, of few of its modes, as products with matrices:
 * exact, and in real arithmetic. A complex number is two numbers, real part and imaginary part.
 *
 * <p>The axis that is transformed first and back last is real at its cells, and its modes 0 to m -
 * 1 stand for their conjugates too. Any other axis is complex at its cells, and has modes 0 to m -
 * 1 and -m to -1, in this order. All matrices are in C order.
 *
 * @param cells extent n of the axis
 * @param modes m, at most n/2
 * @param isReal whether the field is real along this axis
 */
record FourierAxis(int cells, int modes, boolean isReal) {
    /** Modes kept. */
    int kept() {
        return isReal ? modes : 2 * modes;
    }

    /** Numbers of a cell. */
    int parts() {
        return isReal ? 1 : 2;
    }

    /**
     * From cells to modes, X(f) = 1/n Σ x(i) exp(-2πi f i / n): [2 × kept, cells × parts], rows by
     * part, then mode; columns by cell, then part.
     */
    float[] analysis() {
        int columns = cells * parts();
        float[] matrix = new float[2 * kept() * columns];
        for (int f = 0; f < kept(); f++) {
            for (int i = 0; i < cells; i++) {
                float cos = (float) (Math.cos(angle(f, i)) / cells);
                float sin = (float) (Math.sin(angle(f, i)) / cells);
                int real = f * columns + i * parts();
                int imaginary = (kept() + f) * columns + i * parts();
                matrix[real] = cos;
                matrix[imaginary] = -sin;
                if (!isReal) {
                    matrix[real + 1] = sin;
                    matrix[imaginary + 1] = cos;
                }
            }
        }
        return matrix;
    }

    /**
     * From modes to cells, x(i) = Σ X(f) exp(2πi f i / n), of which the real part where the field
     * is real: [cells × parts, 2 × kept], the rows of {@link #analysis} being the columns here.
     */
    float[] synthesis() {
        int columns = 2 * kept();
        float[] matrix = new float[cells * parts() * columns];
        for (int f = 0; f < kept(); f++) {
            // Once for the mode and once for its conjugate, unless it is its own.
            int times = isReal && f > 0 ? 2 : 1;
            for (int i = 0; i < cells; i++) {
                float cos = (float) (times * Math.cos(angle(f, i)));
                float sin = (float) (times * Math.sin(angle(f, i)));
                int real = i * parts() * columns + f;
                matrix[real] = cos;
                matrix[real + kept()] = -sin;
                if (!isReal) {
                    matrix[real + columns] = sin;
                    matrix[real + columns + kept()] = cos;
                }
            }
        }
        return matrix;
    }

    private double angle(int f, int i) {
        int frequency = f < modes ? f : f - 2 * modes;
        // Of a turn, so that the argument of the sine is small and exact.
        return 2 * Math.PI * ((long) frequency * i % cells) / cells;
    }
}
