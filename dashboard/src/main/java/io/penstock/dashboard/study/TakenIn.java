package io.penstock.dashboard.study;

import io.penstock.schemas.TrainingReport;
import io.penstock.training.ShardReports;

/**
 * Counts the records of solver-outputs that the runs of a study took in, rejected ones aside. A run
 * begins where the last one ended when that was trained to its end; else nobody has said where, and
 * the count is not known any more.
 */
final class TakenIn {
    private double before;

    /** A new run begins behind what is known of the last one. */
    void begin(ShardReports last) {
        before = last.areFinished() ? total(last) : Double.NaN;
    }

    /** All records up to now; NaN when that is not known. */
    double total(ShardReports now) {
        return before
                + now.total(TrainingReport::getInserts)
                + now.total(TrainingReport::getValidationSamples)
                + now.total(TrainingReport::getDuplicates)
                + now.total(TrainingReport::getBacklog);
    }
}
