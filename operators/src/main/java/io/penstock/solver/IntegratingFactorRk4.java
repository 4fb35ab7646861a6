package io.penstock.solver;

/**
 * Solves dv/dt = L v + N(t, v) for a spectrum v {@code [2][modes]}, L diagonal, by the classical
 * Runge-Kutta method of order 4 applied to exp(-L t) v: L by itself costs no accuracy and no
 * stability.
 *
 * <p>A step is made twice, as one of length h and as two of h/2, which are kept. A fifteenth of the
 * difference is their error, by which h is chosen. The pairs of orders 3 and 4 that come for less
 * do not see errors that N makes by its t alone, nor those of the factor exp(-L t) before it.
 */
final class IntegratingFactorRk4 {
    /** Tries of steps after which {@link #advance} gives up. */
    static final int MAX_TRIES = 50_000;

    private static final double CAUTION = 0.9;
    private static final double LARGEST_GROWTH = 4;
    private static final double LARGEST_CUT = 0.1;

    private final double[][] linear;
    private final Remainder remainder;
    private final double tolerance;
    private double wanted = Double.POSITIVE_INFINITY;

    private final double[][] half; // exp(L h / 2)
    private final double[][] quarter; // exp(L h / 4)
    private final double[][] coarse;
    private final double[][] middle;
    private final double[][] fine;
    private final double[][] first; // N at the beginning of the step
    private final double[][] firstOfMiddle;
    private final double[][] moved;
    private final double[][] stage;
    private final double[][] n2;
    private final double[][] n3;
    private final double[][] n4;

    /** N(t, v). */
    interface Remainder {
        /** Computes N into {@code result}, which is not {@code v}. */
        void at(double time, double[][] v, double[][] result);
    }

    /**
     * @param linear L; may be changed between two calls of {@link #advance}
     * @param tolerance error allowed in a step, as a fraction of v, both in the Euclidean norm
     */
    IntegratingFactorRk4(double[][] linear, Remainder remainder, double tolerance) {
        this.linear = linear;
        this.remainder = remainder;
        this.tolerance = tolerance;
        int modes = linear[0].length;
        half = new double[2][modes];
        quarter = new double[2][modes];
        coarse = new double[2][modes];
        middle = new double[2][modes];
        fine = new double[2][modes];
        first = new double[2][modes];
        firstOfMiddle = new double[2][modes];
        moved = new double[2][modes];
        stage = new double[2][modes];
        n2 = new double[2][modes];
        n3 = new double[2][modes];
        n4 = new double[2][modes];
    }

    /**
     * Goes on from {@code from} for {@code span}, in steps within the tolerance, and changes v
     * accordingly.
     *
     * @return false if {@link #MAX_TRIES} were not enough; v is that of some time in between then
     */
    boolean advance(double[][] v, double from, double span) {
        remainder.at(from, v, first);
        double done = 0;
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            double left = span - done;
            // Equal steps, rather than a short one at the end.
            double h = left / Math.max(1, Math.ceil(left / wanted));
            double error = attempt(v, from + done, h);
            double factor = CAUTION * Math.pow(tolerance / error, 0.2);
            wanted = h * Math.max(LARGEST_CUT, Math.min(LARGEST_GROWTH, factor));
            if (error <= tolerance) {
                System.arraycopy(fine[0], 0, v[0], 0, v[0].length);
                System.arraycopy(fine[1], 0, v[1], 0, v[1].length);
                if (h == left) {
                    return true;
                }
                done += h;
                remainder.at(from + done, v, first);
            }
        }
        return false;
    }

    /** Computes the fine result of a step from v; returns its error relative to v. */
    private double attempt(double[][] v, double time, double h) {
        setExponentials(h);
        step(v, first, time, h, half, coarse);
        step(v, first, time, h / 2, quarter, middle);
        remainder.at(time + h / 2, middle, firstOfMiddle);
        step(middle, firstOfMiddle, time + h / 2, h / 2, quarter, fine);

        add(fine, -1, coarse, stage);
        double error = norm(stage) / 15;
        if (error == 0) {
            return 0; // Even where v is 0.
        }
        double relative = error / Math.max(norm(v), norm(fine));
        return Double.isNaN(relative) ? Double.POSITIVE_INFINITY : relative;
    }

    private void setExponentials(double h) {
        for (int m = 0; m < half[0].length; m++) {
            double size = Math.exp(linear[0][m] * h / 4);
            double angle = linear[1][m] * h / 4;
            double re = size * Math.cos(angle);
            double im = size * Math.sin(angle);
            quarter[0][m] = re;
            quarter[1][m] = im;
            half[0][m] = re * re - im * im;
            half[1][m] = 2 * re * im;
        }
    }

    /**
     * One step of length h.
     *
     * @param n1 N at its beginning
     * @param e exp(L h / 2)
     */
    private void step(
            double[][] v, double[][] n1, double time, double h, double[][] e, double[][] result) {
        turn(e, v, 0, n1, moved);
        turn(e, v, h / 2, n1, stage);
        remainder.at(time + h / 2, stage, n2);
        add(moved, h / 2, n2, stage);
        remainder.at(time + h / 2, stage, n3);
        turn(e, moved, h, n3, stage);
        remainder.at(time + h, stage, n4);

        turn(e, v, h / 6, n1, result);
        add(result, h / 3, n2, result);
        add(result, h / 3, n3, result);
        turn(e, result, 0, n3, result);
        add(result, h / 6, n4, result);
    }

    /** e (v + s w). */
    private static void turn(
            double[][] e, double[][] v, double s, double[][] w, double[][] result) {
        for (int m = 0; m < e[0].length; m++) {
            double re = v[0][m] + s * w[0][m];
            double im = v[1][m] + s * w[1][m];
            result[0][m] = e[0][m] * re - e[1][m] * im;
            result[1][m] = e[0][m] * im + e[1][m] * re;
        }
    }

    /** v + s w. */
    private static void add(double[][] v, double s, double[][] w, double[][] result) {
        for (int part = 0; part < 2; part++) {
            for (int m = 0; m < result[part].length; m++) {
                result[part][m] = v[part][m] + s * w[part][m];
            }
        }
    }

    private static double norm(double[][] v) {
        double squares = 0;
        for (int m = 0; m < v[0].length; m++) {
            squares += v[0][m] * v[0][m] + v[1][m] * v[1][m];
        }
        return Math.sqrt(squares);
    }
}
