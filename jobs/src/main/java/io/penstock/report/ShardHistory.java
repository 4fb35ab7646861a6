package io.penstock.report;

import io.penstock.schemas.TrainingReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The training reports of one shard, as if it had never been interrupted. The counters of one
 * report are at least those of the report before it.
 */
final class ShardHistory {
    private final List<TrainingReport> rows = new ArrayList<>();
    private TrainingReport latest;

    ShardHistory(TrainingReport first) {
        rows.add(withoutHistogram(first));
        latest = first;
    }

    /**
     * Takes the next report of the shard. Reports that are ahead of it belong to an attempt that
     * was rolled back and are forgotten; one that is already here is passed over.
     */
    void add(TrainingReport report) {
        TrainingReport row = withoutHistogram(report);
        if (contains(row)) {
            return;
        }
        while (!rows.isEmpty() && isAhead(rows.get(rows.size() - 1), row)) {
            rows.remove(rows.size() - 1);
        }
        rows.add(row);
        latest = report;
    }

    // Histograms are by far the largest part, and only the last one is of use.
    private static TrainingReport withoutHistogram(TrainingReport report) {
        return TrainingReport.newBuilder(report).setDrawsPerSample(List.of()).build();
    }

    // The timestamps of one shard grow, but for a restart on a machine whose clock is behind.
    private boolean contains(TrainingReport row) {
        boolean newer = rows.get(rows.size() - 1).getTimestampMillis() < row.getTimestampMillis();
        return !newer && rows.contains(row);
    }

    // A shard with nothing to train on goes through rounds all the same.
    private static boolean isAhead(TrainingReport one, TrainingReport other) {
        return one.getBatches() > other.getBatches()
                || one.getSamplesTrained() > other.getSamplesTrained()
                || one.getInserts() > other.getInserts()
                || one.getValidationSamples() > other.getValidationSamples()
                || one.getRounds() > other.getRounds();
    }

    /** The shard's number. */
    int number() {
        return latest.getShard();
    }

    /** The reports in order, without their histograms. */
    List<TrainingReport> rows() {
        return Collections.unmodifiableList(rows);
    }

    /** The last report, as it came. */
    TrainingReport latest() {
        return latest;
    }

    /**
     * The time that the reports cover. What was spent on work that was rolled back, and between
     * attempts, is not in the reports that are left.
     */
    double seconds() {
        return rows.stream().mapToDouble(TrainingReport::getIntervalSeconds).sum();
    }

    /** How much of that time merging kept the shard from training. */
    double mergingSeconds() {
        double millis = rows.get(0).getMergeMillis();
        for (int i = 1; i < rows.size(); i++) {
            TrainingReport before = rows.get(i - 1);
            TrainingReport row = rows.get(i);
            millis +=
                    row.getMergeMillis()
                            - (isNewAttempt(before, row) ? 0 : before.getMergeMillis());
        }
        return millis / 1e3;
    }

    // Both begin at zero in every attempt of the job.
    private static boolean isNewAttempt(TrainingReport before, TrainingReport row) {
        return row.getCheckpoints() < before.getCheckpoints()
                || row.getMergeMillis() < before.getMergeMillis();
    }
}
