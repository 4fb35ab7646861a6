package io.penstock.flink;

import io.penstock.solver.EnsembleCounts;
import java.util.function.ToLongFunction;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * How many simulations of an ensemble are where, as metrics of the operator that supervises it in
 * the group {@code ensemble}, labelled with the study.
 */
final class EnsembleMetrics {
    private final MetricGroup group;

    /** Set by the task, read by Flink's reporters. */
    private volatile EnsembleCounts last;

    EnsembleMetrics(MetricGroup operator, String study, EnsembleCounts now) {
        this.group = operator.addGroup("ensemble").addGroup("study", study);
        this.last = now;
        gauge("total", EnsembleCounts::total);
        gauge("running", EnsembleCounts::running);
        gauge("ended", EnsembleCounts::ended);
        gauge("finished", EnsembleCounts::finished);
        gauge("failed", EnsembleCounts::failed);
        gauge("retried", EnsembleCounts::retried);
        gauge("givenUp", EnsembleCounts::givenUp);
    }

    private void gauge(String name, ToLongFunction<EnsembleCounts> field) {
        Gauge<Long> gauge = () -> field.applyAsLong(last);
        group.gauge(name, gauge);
    }

    void counted(EnsembleCounts counts) {
        last = counts;
    }
}
