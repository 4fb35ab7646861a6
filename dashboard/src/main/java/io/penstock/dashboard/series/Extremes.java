package io.penstock.dashboard.series;

import java.util.Arrays;

/**
 * Of some rows in order, the smallest and the largest value of every column, as two rows in which
 * each column keeps the order its two values came in. So spikes stay, whichever column they are in,
 * and of a column that only grows (time, counters) the first and the last value are kept. NaN
 * stands for a value that is not known and counts only when there is no other.
 */
final class Extremes {
    private final double[] min;
    private final double[] max;
    private final boolean[] minFirst;

    Extremes(int columns) {
        min = new double[columns];
        max = new double[columns];
        minFirst = new boolean[columns];
        clear();
    }

    void clear() {
        Arrays.fill(min, Double.NaN);
        Arrays.fill(max, Double.NaN);
        Arrays.fill(minFirst, true);
    }

    void add(Table table, int row) {
        for (int column = 0; column < min.length; column++) {
            double value = table.get(column, row);
            // Also when there is none yet: nothing compares with NaN.
            if (!(value >= min[column]) && !Double.isNaN(value)) {
                min[column] = value;
                minFirst[column] = false;
            }
            if (!(value <= max[column]) && !Double.isNaN(value)) {
                max[column] = value;
                minFirst[column] = true;
            }
        }
    }

    double[] first() {
        return pick(true);
    }

    double[] second() {
        return pick(false);
    }

    private double[] pick(boolean first) {
        double[] row = new double[min.length];
        for (int column = 0; column < row.length; column++) {
            row[column] = minFirst[column] == first ? min[column] : max[column];
        }
        return row;
    }
}
