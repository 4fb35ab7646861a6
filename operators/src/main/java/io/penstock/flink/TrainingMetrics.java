package io.penstock.flink;

import io.penstock.schemas.TrainingReport;
import java.util.function.Function;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * What a shard reports, as metrics of its operator in the group {@code training}, under the names
 * that the fields of a {@link TrainingReport} have: the values of the last report, NaN where it has
 * none.
 */
final class TrainingMetrics {
    /** Set by the task, read by Flink's reporters. */
    private volatile @Nullable TrainingReport last;

    TrainingMetrics(MetricGroup operator) {
        MetricGroup group = operator.addGroup("training");
        gauge(group, "samplesPerSecond", TrainingReport::getSamplesPerSecond);
        gauge(group, "batchesPerSecond", TrainingReport::getBatchesPerSecond);
        gauge(group, "insertsPerSecond", TrainingReport::getInsertsPerSecond);
        gauge(group, "loss", TrainingReport::getLoss);
        gauge(group, "validationLoss", TrainingReport::getValidationLoss);
        gauge(group, "churn", TrainingReport::getChurn);
        gauge(group, "stepMillis", TrainingReport::getStepMillis);
        gauge(group, "gatherMillis", TrainingReport::getGatherMillis);
        gauge(group, "optimiserMillis", TrainingReport::getOptimiserMillis);
        gauge(group, "ingestMicros", TrainingReport::getIngestMicros);
        gauge(group, "lastStallMillis", TrainingReport::getLastStallMillis);
        gauge(group, "maxStallMillis", TrainingReport::getMaxStallMillis);
        gauge(group, "mergeMillis", TrainingReport::getMergeMillis);
    }

    private void gauge(
            MetricGroup group, String name, Function<TrainingReport, @Nullable Double> field) {
        Gauge<Double> gauge =
                () -> {
                    TrainingReport report = last;
                    Double value = report == null ? null : field.apply(report);
                    return value == null ? Double.NaN : value;
                };
        group.gauge(name, gauge);
    }

    void reported(TrainingReport report) {
        last = report;
    }
}
