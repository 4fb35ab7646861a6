package io.penstock.dashboard.study;

import io.penstock.dashboard.series.Column;
import io.penstock.dashboard.series.SeriesStore;
import io.penstock.schemas.Phase;
import io.penstock.schemas.TrainingReport;

/** The reports of one shard, of its newest run only. */
final class Shard {
    private final SeriesStore rows;
    private TrainingReport latest;
    private long began;
    private int rewinds;

    Shard(TrainingReport first, int capacity) {
        rows = new SeriesStore(capacity);
        latest = first;
        begin(first);
    }

    private void begin(TrainingReport report) {
        rows.clear();
        rows.add(Column.row(report));
        latest = report;
        began = beginOf(report);
    }

    /** When what a report tells of began. */
    static long beginOf(TrainingReport report) {
        return report.getTimestampMillis() - Math.round(1e3 * report.getIntervalSeconds());
    }

    /**
     * Takes the next report. Reports that are ahead of it belong to an attempt that was rolled back
     * and are forgotten. When nothing of the training is left then, or the shard had finished, a
     * new run has begun and all reports before it are forgotten.
     *
     * @return whether a new run began
     */
    boolean add(TrainingReport report) {
        if (isTold(report)) {
            return false;
        }
        if (!isAhead(latest, report)) {
            rows.add(Column.row(report));
            latest = report;
            return false;
        }
        boolean finished = latest.getPhase() == Phase.FINISHED;
        int kept = rows.size();
        while (kept > 0 && isAhead(kept - 1, report)) {
            kept--;
        }
        rewinds++;
        if (finished || kept == 0 || rows.get(Column.BATCHES, kept - 1) == 0) {
            begin(report);
            return true;
        }
        rows.truncate(kept);
        rows.add(Column.row(report));
        latest = report;
        return false;
    }

    private boolean isTold(TrainingReport report) {
        return report.getTimestampMillis() == latest.getTimestampMillis() && report.equals(latest);
    }

    private static boolean isAhead(TrainingReport one, TrainingReport other) {
        return one.getBatches() > other.getBatches()
                || one.getSamplesTrained() > other.getSamplesTrained()
                || one.getInserts() > other.getInserts();
    }

    private boolean isAhead(int row, TrainingReport other) {
        return rows.get(Column.BATCHES, row) > other.getBatches()
                || rows.get(Column.SAMPLES_TRAINED, row) > other.getSamplesTrained()
                || rows.get(Column.INSERTS, row) > other.getInserts();
    }

    SeriesStore rows() {
        return rows;
    }

    TrainingReport latest() {
        return latest;
    }

    /** When its run began, milliseconds since the epoch. */
    long began() {
        return began;
    }

    /** How often rows that had been there were taken back. */
    int rewinds() {
        return rewinds;
    }
}
