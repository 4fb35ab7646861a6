package io.penstock.report;

import io.penstock.report.RunReport.Checkpoints;
import io.penstock.report.RunReport.DrawsPerSample;
import io.penstock.report.RunReport.Throughput;
import io.penstock.report.RunReport.Validation;
import io.penstock.schemas.TrainingReport;
import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Adds up the training reports of all shards. */
final class TrainingTotals {
    private TrainingTotals() {}

    static RunReport.Training of(TrainingHistory history) {
        Collection<TrainingReport> latest = history.latest();
        return new RunReport.Training(
                sum(latest, TrainingReport::getBatches),
                draws(latest),
                validation(latest),
                throughput(history),
                checkpoints(latest));
    }

    private static @Nullable Long sum(
            Collection<TrainingReport> latest, ToLongFunction<TrainingReport> value) {
        return latest.isEmpty() ? null : latest.stream().mapToLong(value).sum();
    }

    private static DrawsPerSample draws(Collection<TrainingReport> latest) {
        List<TrainingReport> some = latest.stream().filter(r -> left(r) > 0).toList();
        if (some.isEmpty()) {
            return new DrawsPerSample(null, null, null);
        }
        long left = some.stream().mapToLong(TrainingTotals::left).sum();
        long draws = some.stream().mapToLong(TrainingReport::getDrawsTotal).sum();
        return new DrawsPerSample(
                (double) draws / left,
                some.stream().mapToLong(TrainingReport::getDrawsMin).min().getAsLong(),
                some.stream().mapToLong(TrainingReport::getDrawsMax).max().getAsLong());
    }

    private static long left(TrainingReport report) {
        return report.getDrawsPerSample().stream().mapToLong(Long::longValue).sum();
    }

    private static Validation validation(Collection<TrainingReport> latest) {
        List<TrainingReport> some =
                latest.stream()
                        .filter(r -> r.getValidationMse() != null)
                        .filter(r -> r.getValidationNormalisedRmse() != null)
                        .toList();
        if (some.isEmpty()) {
            return new Validation(null, null, null);
        }
        double mse = weighted(some, TrainingReport::getValidationMse);
        double square = weighted(some, r -> Math.pow(r.getValidationNormalisedRmse(), 2));
        return new Validation(mse, Math.sqrt(mse), Math.sqrt(square));
    }

    /** Mean over shards, each counting as many times as it has validation samples. */
    private static double weighted(
            List<TrainingReport> reports, ToDoubleFunction<TrainingReport> value) {
        double weights = 0;
        double total = 0;
        for (TrainingReport report : reports) {
            long weight = Math.max(1, report.getValidationSamples());
            weights += weight;
            total += weight * value.applyAsDouble(report);
        }
        return total / weights;
    }

    /**
     * The counters over the time the shards have been at it. Time spent on what was rolled back,
     * and between attempts, is not in the reports that are left, so it does not count.
     */
    private static Throughput throughput(TrainingHistory history) {
        double samples = 0;
        double batches = 0;
        double inserts = 0;
        for (List<TrainingReport> rows : history.shards()) {
            TrainingReport last = rows.get(rows.size() - 1);
            double seconds = rows.stream().mapToDouble(TrainingReport::getIntervalSeconds).sum();
            samples += last.getSamplesTrained() / seconds;
            batches += last.getBatches() / seconds;
            inserts += last.getInserts() / seconds;
        }
        return history.isEmpty()
                ? new Throughput(null, null, null)
                : new Throughput(samples, batches, inserts);
    }

    private static Checkpoints checkpoints(Collection<TrainingReport> latest) {
        if (latest.isEmpty()) {
            return new Checkpoints(null, null, null);
        }
        // A checkpoint is complete when every shard has its part of it.
        long count = latest.stream().mapToLong(TrainingReport::getCheckpoints).min().getAsLong();
        return new Checkpoints(
                count,
                count == 0 ? null : sum(latest, TrainingReport::getLastCheckpointBytes),
                latest.stream().mapToDouble(TrainingReport::getMaxStallMillis).max().getAsDouble());
    }
}
