package io.penstock.report;

import io.penstock.schemas.TrainingReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The training reports of a run, as if it had never been interrupted: after a restart from a
 * checkpoint the log tells again what had been told, and the later telling counts. Of every shard
 * the counters of one report are at least those of the report before it. Used by one thread.
 */
public final class TrainingHistory {
    private final SortedMap<Integer, List<TrainingReport>> shards = new TreeMap<>();
    private final SortedMap<Integer, TrainingReport> latest = new TreeMap<>();

    /**
     * Takes the next report of the log. Reports of the same shard that are ahead of it belong to an
     * attempt that was rolled back and are forgotten; one that is already here is passed over.
     */
    public void add(TrainingReport report) {
        List<TrainingReport> rows =
                shards.computeIfAbsent(report.getShard(), shard -> new ArrayList<>());
        // Histograms are by far the largest part, and only the last one is of use.
        TrainingReport row = TrainingReport.newBuilder(report).setDrawsPerSample(List.of()).build();
        if (contains(rows, row)) {
            return;
        }
        while (!rows.isEmpty() && isAhead(rows.get(rows.size() - 1), row)) {
            rows.remove(rows.size() - 1);
        }
        rows.add(row);
        latest.put(report.getShard(), report);
    }

    // The timestamps of one shard grow, but for a restart on a machine whose clock is behind.
    private static boolean contains(List<TrainingReport> rows, TrainingReport row) {
        boolean newer =
                rows.isEmpty()
                        || rows.get(rows.size() - 1).getTimestampMillis()
                                < row.getTimestampMillis();
        return !newer && rows.contains(row);
    }

    private static boolean isAhead(TrainingReport one, TrainingReport other) {
        return one.getBatches() > other.getBatches()
                || one.getSamplesTrained() > other.getSamplesTrained()
                || one.getInserts() > other.getInserts()
                || one.getValidationSamples() > other.getValidationSamples();
    }

    /** Whether no report has come. */
    public boolean isEmpty() {
        return latest.isEmpty();
    }

    /** The last report of every shard, by shard. */
    public Collection<TrainingReport> latest() {
        return List.copyOf(latest.values());
    }

    /** The reports of every shard in order, by shard, without their histograms. */
    Collection<List<TrainingReport>> shards() {
        return shards.values();
    }

    /** All reports in order of time, without their histograms. */
    List<TrainingReport> rows() {
        return shards.values().stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(TrainingReport::getTimestampMillis))
                .toList();
    }

    /** What the reports add up to. */
    public RunReport.Training totals() {
        return TrainingTotals.of(this);
    }
}
