package io.penstock.reservoir;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** Counts how often the samples that leave had been drawn. */
final class DrawTally {
    private final long[] histogram = new long[DrawStatistics.BUCKETS];
    private long total;
    private long min = Long.MAX_VALUE;
    private long max;

    void add(int draws) {
        histogram[Math.min(draws, histogram.length - 1)]++;
        total += draws;
        min = Math.min(min, draws);
        max = Math.max(max, draws);
    }

    /** Adds what another tally said. */
    void add(DrawStatistics other) {
        for (int draws = 0; draws < histogram.length; draws++) {
            histogram[draws] += other.histogram().get(draws);
        }
        total += other.total();
        if (other.count() > 0) {
            min = Math.min(min, other.min());
            max = Math.max(max, other.max());
        }
    }

    long total() {
        return total;
    }

    DrawStatistics snapshot() {
        long count = Arrays.stream(histogram).sum();
        return new DrawStatistics(
                Arrays.stream(histogram).boxed().toList(), count, total, count == 0 ? 0 : min, max);
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(histogram.length);
        for (long samples : histogram) {
            out.writeLong(samples);
        }
        out.writeLong(total);
        out.writeLong(min);
        out.writeLong(max);
    }

    /** Reads what {@link #writeTo} wrote, which must count {@code left} samples. */
    static DrawTally readFrom(DataInput in, long left) throws IOException {
        DrawTally tally = new DrawTally();
        int buckets = in.readInt();
        StateCheck.that(
                buckets == tally.histogram.length,
                "the histogram of draws has %d buckets, not %d",
                buckets,
                tally.histogram.length);
        long count = 0;
        for (int draws = 0; draws < buckets; draws++) {
            long samples = in.readLong();
            StateCheck.that(samples >= 0, "%d samples with %d draws", samples, draws);
            tally.histogram[draws] = samples;
            count += samples;
        }
        StateCheck.that(count == left, "%d samples left, %d had their draws counted", left, count);
        tally.total = in.readLong();
        tally.min = in.readLong();
        tally.max = in.readLong();
        StateCheck.that(
                tally.total >= 0 && tally.max >= 0 && (count == 0 || tally.min <= tally.max),
                "%d draws of samples that left, at least %d and at most %d each",
                tally.total,
                tally.min,
                tally.max);
        return tally;
    }
}
