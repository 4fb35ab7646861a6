package io.penstock.flink;

import io.penstock.schemas.Phase;
import io.penstock.schemas.TrainingReport;
import java.util.function.Function;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * What a shard reports, as metrics of its operator in the group {@code training}, labelled with
 * study and shard, under the names that the fields of a {@link TrainingReport} have: the values of
 * the last report, NaN where it has none. Reading one touches nothing but that report.
 *
 * <p>Beside the fields there are {@code phase} as a number (0 filling, 1 training, 2 draining, 3
 * finished), {@code paused} (1 while a control has paused the shard), {@code drawsMean}, and {@code
 * modelVersion}, the version published last by this attempt of the job.
 */
final class TrainingMetrics {
    private final MetricGroup group;

    /** Set by the task, read by Flink's reporters, as is the version. */
    private volatile @Nullable TrainingReport last;

    private volatile double modelVersion = Double.NaN;

    TrainingMetrics(MetricGroup operator, String study, int shard) {
        this.group =
                operator.addGroup("training")
                        .addGroup("study", study)
                        .addGroup("shard", Integer.toString(shard));
        showLearning();
        showThroughput();
        showReservoir();
        showCheckpointsAndRounds();
        Gauge<Double> version = () -> modelVersion;
        group.gauge("modelVersion", version);
    }

    private void showLearning() {
        number("loss", TrainingReport::getLoss);
        number("freshLoss", TrainingReport::getFreshLoss);
        number("validationLoss", TrainingReport::getValidationLoss);
        number("validationNormalisedRmse", TrainingReport::getValidationNormalisedRmse);
        number("learningRate", TrainingReport::getLearningRate);
        number("gradientNorm", TrainingReport::getGradientNorm);
        number("churn", TrainingReport::getChurn);
        count("phase", report -> (long) number(report.getPhase()));
        count("paused", report -> report.getPaused() ? 1L : 0L);
    }

    private static int number(Phase phase) {
        return switch (phase) {
            case FILLING -> 0;
            case TRAINING -> 1;
            case DRAINING -> 2;
            case FINISHED -> 3;
        };
    }

    private void showThroughput() {
        count("batches", TrainingReport::getBatches);
        count("samplesTrained", TrainingReport::getSamplesTrained);
        count("inserts", TrainingReport::getInserts);
        count("validationSamples", TrainingReport::getValidationSamples);
        count("duplicates", TrainingReport::getDuplicates);
        count("lostReferences", TrainingReport::getLostReferences);
        number("samplesPerSecond", TrainingReport::getSamplesPerSecond);
        number("batchesPerSecond", TrainingReport::getBatchesPerSecond);
        number("insertsPerSecond", TrainingReport::getInsertsPerSecond);
        number("stepMillis", TrainingReport::getStepMillis);
        number("gatherMillis", TrainingReport::getGatherMillis);
        number("optimiserMillis", TrainingReport::getOptimiserMillis);
        number("ingestMicros", TrainingReport::getIngestMicros);
    }

    private void showReservoir() {
        count("reservoirSeen", report -> (long) report.getReservoirSeen());
        count("reservoirUnseen", report -> (long) report.getReservoirUnseen());
        count("reservoirCapacity", report -> (long) report.getReservoirCapacity());
        count("evicted", TrainingReport::getEvicted);
        count("drained", TrainingReport::getDrained);
        number("sampleAge", TrainingReport::getSampleAge);
        number("drawsMean", TrainingMetrics::drawsMean);
    }

    /** Mean draws of the samples that have left the reservoir. */
    private static @Nullable Double drawsMean(TrainingReport report) {
        long left = report.getEvicted() + report.getDrained();
        return left == 0 ? null : (double) report.getDrawsTotal() / left;
    }

    private void showCheckpointsAndRounds() {
        count("checkpoints", TrainingReport::getCheckpoints);
        count("lastCheckpointBytes", TrainingReport::getLastCheckpointBytes);
        number("lastStallMillis", TrainingReport::getLastStallMillis);
        number("maxStallMillis", TrainingReport::getMaxStallMillis);
        count("rounds", TrainingReport::getRounds);
        number("mergeMillis", TrainingReport::getMergeMillis);
        count("backlog", report -> (long) report.getBacklog());
        count("refusedContributions", TrainingReport::getRefusedContributions);
    }

    private void count(String name, Function<TrainingReport, Long> field) {
        number(name, report -> (double) field.apply(report));
    }

    private void number(String name, Function<TrainingReport, @Nullable Double> field) {
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

    void published(long version) {
        modelVersion = version;
    }
}
