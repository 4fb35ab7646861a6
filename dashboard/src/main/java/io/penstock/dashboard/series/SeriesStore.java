package io.penstock.dashboard.series;

import io.penstock.setting.Check;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of one shard over time, in bounded memory. When it is full its older half is halved in
 * resolution (see {@link Extremes}), so that the newest stay as they came and spikes stay for ever.
 * A row is {@value #ROW_BYTES} bytes. Not safe for use by several threads.
 *
 * <p>Beside the rows stands a summary, two rows for every {@value #GROUP}, so that a chart over all
 * of them reads a thirtieth.
 */
public final class SeriesStore {
    /** What a row takes, bytes. */
    public static final int ROW_BYTES = 8 * 19;

    private static final int GROUP = 64;
    private static final int LEAST = 4 * GROUP;
    private static final int COLUMNS = Column.values().length;
    private static final int TIME = Column.TIME.ordinal();

    private final int capacity;
    private final Table rows = new Table(COLUMNS);
    private final Table summary = new Table(COLUMNS);
    private final Extremes extremes = new Extremes(COLUMNS);
    private long total;
    private long read;

    /**
     * @param capacity most rows kept, {@value #LEAST} or above
     */
    public SeriesStore(int capacity) {
        Check.atLeast(LEAST, "capacity", capacity);
        this.capacity = capacity / LEAST * LEAST;
    }

    /** Rows that were added, those since thinned included. */
    public long total() {
        return total;
    }

    /** Rows that are kept. */
    public int size() {
        return rows.size();
    }

    /** A value of a row that is kept. */
    public double get(Column column, int row) {
        return rows.get(column.ordinal(), row);
    }

    /** Adds a row behind all others. */
    public void add(double[] row) {
        if (rows.size() == capacity) {
            halveOlderHalf();
        }
        rows.add(row);
        total++;
        summarise();
    }

    /** Says a value of the last row that was not known when it was added. */
    public void setLast(Column column, double value) {
        double[] last = rows.row(rows.size() - 1);
        last[column.ordinal()] = value;
        rows.set(rows.size() - 1, last);
    }

    /** Forgets all rows from one on. */
    public void truncate(int size) {
        total -= rows.size() - size;
        rows.truncate(size);
        summary.truncate(size / GROUP * 2);
    }

    /** Forgets everything. */
    public void clear() {
        rows.truncate(0);
        summary.truncate(0);
        total = 0;
    }

    private void summarise() {
        if (rows.size() % GROUP == 0) {
            reduce(rows.size() - GROUP, rows.size());
            summary.add(extremes.first());
            summary.add(extremes.second());
        }
    }

    private void reduce(int from, int to) {
        extremes.clear();
        for (int row = from; row < to; row++) {
            extremes.add(rows, row);
        }
    }

    private void halveOlderHalf() {
        int half = capacity / 2;
        int kept = 0;
        for (int row = 0; row < half; row += 4) {
            reduce(row, row + 4);
            rows.set(kept++, extremes.first());
            rows.set(kept++, extremes.second());
        }
        for (int row = half; row < capacity; row++) {
            rows.set(kept++, rows.row(row));
        }
        rows.truncate(kept);
        summary.truncate(0);
        for (int end = GROUP; end <= kept; end += GROUP) {
            reduce(end - GROUP, end);
            summary.add(extremes.first());
            summary.add(extremes.second());
        }
    }

    /**
     * The rows of a span of time, thinned to at most so many points; the last row of the span is
     * always the last point. When there are no more rows than points they come as they are.
     *
     * @param from first time, milliseconds since the epoch
     * @param to last time
     * @param points at least 3
     * @return values by column, then by point
     */
    public double[][] query(double from, double to, int points) {
        int first = firstAtOrAfter(from);
        int end = firstAtOrAfter(Math.nextUp(to));
        List<double[]> picked = new ArrayList<>();
        if (end - first <= points) {
            for (int row = first; row < end; row++) {
                picked.add(rows.row(row));
            }
            read += picked.size();
        } else {
            thin(first, end - 1, (points - 1) / 2, picked);
            picked.add(rows.row(end - 1));
        }
        return columns(picked);
    }

    /** The rows from one on, as they are. */
    public double[][] from(int row) {
        List<double[]> picked = new ArrayList<>();
        for (int i = row; i < rows.size(); i++) {
            picked.add(rows.row(i));
        }
        return columns(picked);
    }

    /** Rows and rows of the summary that queries have read so far. */
    long read() {
        return read;
    }

    private void thin(int first, int end, int buckets, List<double[]> picked) {
        boolean coarse = (end - first) / GROUP >= 2 * buckets;
        int row = first;
        for (int bucket = 0; bucket < buckets; bucket++) {
            int bucketEnd = (int) (first + (long) (end - first) * (bucket + 1) / buckets);
            extremes.clear();
            while (row < bucketEnd) {
                row = coarse && row % GROUP == 0 ? addGroup(row) : addRow(row);
            }
            picked.add(extremes.first());
            picked.add(extremes.second());
        }
    }

    private int addRow(int row) {
        extremes.add(rows, row);
        read++;
        return row + 1;
    }

    // A bucket may reach up to a group into the next one: far below what a chart can show.
    private int addGroup(int row) {
        int at = row / GROUP * 2;
        if (at + 1 >= summary.size()) {
            return addRow(row);
        }
        extremes.add(summary, at);
        extremes.add(summary, at + 1);
        read += 2;
        return row + GROUP;
    }

    private int firstAtOrAfter(double time) {
        int low = 0;
        int high = rows.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (rows.get(TIME, middle) < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static double[][] columns(List<double[]> picked) {
        double[][] columns = new double[COLUMNS][picked.size()];
        for (int point = 0; point < picked.size(); point++) {
            double[] row = picked.get(point);
            for (int column = 0; column < COLUMNS; column++) {
                columns[column][point] = row[column];
            }
        }
        return columns;
    }
}
