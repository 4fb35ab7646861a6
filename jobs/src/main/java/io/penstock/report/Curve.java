package io.penstock.report;

import io.penstock.schemas.TrainingReport;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Points of a line, in order of x.
 *
 * @param x abscissae, not decreasing
 * @param y ordinates
 */
@SuppressWarnings("ArrayRecordComponent")
record Curve(double[] x, double[] y) {
    /** More points than a chart has columns of pixels only make it slow. */
    private static final int MOST_POINTS = 1500;

    /** A number taken from a report; null when the report does not have it. */
    interface Value {
        @Nullable Number of(TrainingReport report);
    }

    /** The points whose coordinates are both known and finite, thinned to what a chart can show. */
    static Curve of(List<TrainingReport> reports, Value x, Value y) {
        double[][] points =
                reports.stream()
                        .map(r -> new double[] {number(x.of(r)), number(y.of(r))})
                        .filter(p -> Double.isFinite(p[0]) && Double.isFinite(p[1]))
                        .toArray(double[][]::new);
        return thinned(points);
    }

    private static double number(@Nullable Number value) {
        return value == null ? Double.NaN : value.doubleValue();
    }

    private static Curve thinned(double[][] points) {
        int stride = (points.length + MOST_POINTS - 1) / MOST_POINTS;
        double[][] kept =
                IntStream.range(0, points.length)
                        .filter(i -> (points.length - 1 - i) % stride == 0)
                        .mapToObj(i -> points[i])
                        .toArray(double[][]::new);
        return new Curve(column(kept, 0), column(kept, 1));
    }

    private static double[] column(double[][] points, int index) {
        return IntStream.range(0, points.length).mapToDouble(i -> points[i][index]).toArray();
    }

    /**
     * Without the points that only continue a level line. XChart begins the dashes anew at every
     * point, so between close points there are none to be seen.
     */
    Curve corners() {
        return only(i -> i == 0 || i == y.length - 1 || y[i] != y[i - 1] || y[i] != y[i + 1]);
    }

    /** The points above zero, which are those a logarithmic axis can show. */
    Curve positive() {
        return only(i -> y[i] > 0);
    }

    private Curve only(IntPredicate wanted) {
        int[] kept = IntStream.range(0, y.length).filter(wanted).toArray();
        return new Curve(
                IntStream.of(kept).mapToDouble(i -> x[i]).toArray(),
                IntStream.of(kept).mapToDouble(i -> y[i]).toArray());
    }

    boolean isEmpty() {
        return x.length == 0;
    }

    double last() {
        return y[y.length - 1];
    }
}
