package io.penstock.report;

import io.penstock.schemas.TrainingReport;
import io.penstock.training.ShardReports;
import java.util.Collection;
import java.util.Collections;
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
    private final SortedMap<Integer, ShardHistory> shards = new TreeMap<>();

    /**
     * Takes the next report of the log. Reports of the same shard that are ahead of it belong to an
     * attempt that was rolled back and are forgotten; one that is already here is passed over.
     */
    public void add(TrainingReport report) {
        ShardHistory shard = shards.get(report.getShard());
        if (shard == null) {
            shards.put(report.getShard(), new ShardHistory(report));
        } else {
            shard.add(report);
        }
    }

    /** Whether no report has come. */
    public boolean isEmpty() {
        return shards.isEmpty();
    }

    /** The last report of every shard. */
    public ShardReports latest() {
        return new ShardReports(shards.values().stream().map(ShardHistory::latest).toList());
    }

    /** The shards that have reported, by number. */
    Collection<ShardHistory> shards() {
        return Collections.unmodifiableCollection(shards.values());
    }

    /** All reports in order of time, without their histograms. */
    List<TrainingReport> rows() {
        return shards.values().stream()
                .flatMap(shard -> shard.rows().stream())
                .sorted(Comparator.comparingLong(TrainingReport::getTimestampMillis))
                .toList();
    }

    /** What the reports add up to. */
    public RunReport.Training totals() {
        return TrainingTotals.of(this);
    }
}
