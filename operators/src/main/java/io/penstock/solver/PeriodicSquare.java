package io.penstock.solver;

import io.penstock.sample.Quantity;

/**
 * A square whose opposite sides are joined, and its nodes: (i, j), i &lt; rows, j &lt; columns, at
 * x = j hx and y = i hy with hx = length / columns and hy = length / rows. Fields on it are in C
 * order.
 */
record PeriodicSquare(int rows, int columns, double length) {
    int nodes() {
        return rows * columns;
    }

    double hx() {
        return length / columns;
    }

    double hy() {
        return length / rows;
    }

    /** A coordinate of a point of the square. */
    Quantity coordinate(String name) {
        return new Quantity(name, "", 0, length);
    }

    /** The radii of a {@linkplain #addBump bump} that the nodes resolve. */
    Quantity radius(String name) {
        return new Quantity(name, "", 2 * Math.max(hx(), hy()), length);
    }

    /**
     * Adds a bump: the Gaussian height exp(-d² / (2 radius²)) of the distance d from (x, y) with
     * each d² of an axis made periodic, (length / π)² sin²(π d / length), so that it is smooth
     * across the sides too.
     */
    void addBump(double[] field, double height, double x, double y, double radius) {
        double[] alongX = profile(columns, x, radius);
        double[] alongY = profile(rows, y, radius);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                field[i * columns + j] += height * alongY[i] * alongX[j];
            }
        }
    }

    private double[] profile(int count, double centre, double radius) {
        double[] profile = new double[count];
        for (int k = 0; k < count; k++) {
            double angle = Math.PI * ((double) k / count - centre / length);
            double distance = length / Math.PI * Math.sin(angle);
            profile[k] = Math.exp(-distance * distance / (2 * radius * radius));
        }
        return profile;
    }
}
