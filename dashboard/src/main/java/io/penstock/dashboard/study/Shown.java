package io.penstock.dashboard.study;

import io.penstock.dashboard.study.StateView.Draws;
import io.penstock.dashboard.study.StateView.ShardView;
import io.penstock.dashboard.study.StateView.Totals;
import io.penstock.schemas.TrainingReport;
import io.penstock.training.ShardReports;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is shown of the last report of every shard. */
final class Shown {
    /** A job that reports less often is not taken for dead sooner. */
    private static final double INTERVALS_OF_SILENCE = 3;

    private final ShardReports latest;

    Shown(ShardReports latest) {
        this.latest = latest;
    }

    /** That a shard that should report does not; null when all do. */
    @Nullable String stale(long now) {
        for (TrainingReport report : latest.reports()) {
            double patience =
                    Math.max(
                            LiveStudy.LIVE_MILLIS,
                            INTERVALS_OF_SILENCE * 1e3 * report.getIntervalSeconds());
            long silence = now - report.getTimestampMillis();
            if (!latest.areFinished() && silence > patience) {
                return latest.shards() == 1
                        ? String.format(Locale.ROOT, "no report for %d s", silence / 1000)
                        : String.format(
                                Locale.ROOT,
                                "no report of shard %d for %d s",
                                report.getShard(),
                                silence / 1000);
            }
        }
        return null;
    }

    Totals totals(long rejected, double lag) {
        if (latest.isEmpty()) {
            return none(rejected);
        }
        TrainingReport validated = latest.validated().orElse(null);
        return new Totals(
                latest.total(TrainingReport::getBatches),
                latest.total(TrainingReport::getSamplesTrained),
                latest.total(TrainingReport::getInserts),
                latest.total(TrainingReport::getDuplicates),
                rejected,
                latest.loss().orElse(null),
                latest.mean(TrainingReport::getFreshLoss).orElse(null),
                validated == null ? null : validated.getValidationLoss(),
                validated == null ? null : validated.getValidationNormalisedRmse(),
                latest.reports().get(0).getLearningRate(),
                latest.samplesPerSecond(),
                latest.rate(TrainingReport::getInsertsPerSecond),
                lag,
                latest.total(TrainingReport::getReservoirSeen),
                latest.total(TrainingReport::getReservoirUnseen),
                latest.total(TrainingReport::getReservoirCapacity),
                latest.mean(TrainingReport::getSampleAge).orElse(null));
    }

    private static Totals none(long rejected) {
        return new Totals(
                null, null, null, null, rejected, null, null, null, null, null, null, null, null,
                null, null, null, null);
    }

    List<ShardView> shards() {
        return latest.reports().stream()
                .map(
                        report ->
                                new ShardView(
                                        report.getShard(),
                                        report.getPhase().name(),
                                        report.getBatches(),
                                        report.getRounds(),
                                        (long) report.getBacklog(),
                                        report.getPaused(),
                                        report.getTimestampMillis(),
                                        (long) report.getCheckpoints(),
                                        report.getLastCheckpointBytes(),
                                        report.getLastStallMillis(),
                                        report.getMaxStallMillis()))
                .toList();
    }

    Draws draws() {
        List<Long> counts = latest.drawsPerSample();
        long left = counts.stream().mapToLong(Long::longValue).sum();
        List<TrainingReport> some =
                latest.reports().stream()
                        .filter(r -> r.getDrawsPerSample().stream().anyMatch(n -> n > 0))
                        .toList();
        if (left == 0) {
            return new Draws(counts, true, null, null, null);
        }
        return new Draws(
                counts,
                true,
                (double) latest.total(TrainingReport::getDrawsTotal) / left,
                some.stream().mapToLong(TrainingReport::getDrawsMin).min().getAsLong(),
                some.stream().mapToLong(TrainingReport::getDrawsMax).max().getAsLong());
    }
}
