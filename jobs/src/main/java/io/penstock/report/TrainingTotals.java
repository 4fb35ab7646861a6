package io.penstock.report;

import io.penstock.report.RunReport.Checkpoints;
import io.penstock.report.RunReport.DrawsPerSample;
import io.penstock.report.RunReport.Throughput;
import io.penstock.report.RunReport.Validation;
import io.penstock.schemas.TrainingReport;
import io.penstock.training.ShardReports;
import java.util.List;

/** Adds up the training reports of all shards. */
final class TrainingTotals {
    private TrainingTotals() {}

    static RunReport.Training of(TrainingHistory history) {
        ShardReports latest = history.latest();
        return new RunReport.Training(
                latest.isEmpty() ? null : (Long) latest.total(TrainingReport::getBatches),
                draws(latest.reports()),
                validation(latest),
                throughput(history),
                checkpoints(latest),
                Sharding.of(history));
    }

    private static DrawsPerSample draws(List<TrainingReport> latest) {
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

    private static Validation validation(ShardReports latest) {
        TrainingReport report = latest.validated().orElse(null);
        if (report == null) {
            return new Validation(null, null, null);
        }
        Double mse = report.getValidationMse();
        return new Validation(
                mse,
                mse == null ? null : (Double) Math.sqrt(mse),
                report.getValidationNormalisedRmse());
    }

    /** The counters over the time the shards have been at it, all shards side by side. */
    private static Throughput throughput(TrainingHistory history) {
        double samples = 0;
        double batches = 0;
        double inserts = 0;
        for (ShardHistory shard : history.shards()) {
            samples += shard.latest().getSamplesTrained() / shard.seconds();
            batches += shard.latest().getBatches() / shard.seconds();
            inserts += shard.latest().getInserts() / shard.seconds();
        }
        return history.isEmpty()
                ? new Throughput(null, null, null)
                : new Throughput(samples, batches, inserts);
    }

    private static Checkpoints checkpoints(ShardReports latest) {
        if (latest.isEmpty()) {
            return new Checkpoints(null, null, null);
        }
        List<TrainingReport> reports = latest.reports();
        // A checkpoint is complete when every shard has its part of it.
        long count = reports.stream().mapToLong(TrainingReport::getCheckpoints).min().getAsLong();
        return new Checkpoints(
                count,
                count == 0 ? null : (Long) latest.total(TrainingReport::getLastCheckpointBytes),
                reports.stream()
                        .mapToDouble(TrainingReport::getMaxStallMillis)
                        .max()
                        .getAsDouble());
    }
}
