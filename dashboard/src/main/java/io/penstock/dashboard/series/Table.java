package io.penstock.dashboard.series;

import java.util.ArrayList;
import java.util.List;

/** Rows of numbers, kept column beside column in blocks, so that growing copies nothing. */
final class Table {
    private static final int BLOCK_ROWS = 1024;

    private final int columns;
    private final List<double[]> blocks = new ArrayList<>();
    private int size;

    Table(int columns) {
        this.columns = columns;
    }

    int size() {
        return size;
    }

    double get(int column, int row) {
        return blocks.get(row / BLOCK_ROWS)[column * BLOCK_ROWS + row % BLOCK_ROWS];
    }

    double[] row(int row) {
        double[] values = new double[columns];
        for (int column = 0; column < columns; column++) {
            values[column] = get(column, row);
        }
        return values;
    }

    void set(int row, double[] values) {
        double[] block = blocks.get(row / BLOCK_ROWS);
        for (int column = 0; column < columns; column++) {
            block[column * BLOCK_ROWS + row % BLOCK_ROWS] = values[column];
        }
    }

    void add(double[] values) {
        if (size == blocks.size() * BLOCK_ROWS) {
            blocks.add(new double[columns * BLOCK_ROWS]);
        }
        set(size++, values);
    }

    /** Forgets all rows from one on, and the memory they took. */
    void truncate(int rows) {
        size = Math.min(size, rows);
        int kept = (size + BLOCK_ROWS - 1) / BLOCK_ROWS;
        blocks.subList(kept, blocks.size()).clear();
    }
}
