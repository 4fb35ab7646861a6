package io.penstock.training;

import io.penstock.schemas.Phase;
import io.penstock.schemas.TrainingReport;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The last report of every shard, and what they say of the training as a whole.
 *
 * @param reports one of each shard that has reported, by its number
 */
public record ShardReports(List<TrainingReport> reports) {
    public ShardReports {
        reports = List.copyOf(reports);
    }

    /** Whether no shard has reported. */
    public boolean isEmpty() {
        return reports.isEmpty();
    }

    /** Number of shards that train together, silent ones included; 0 before the first report. */
    public int shards() {
        return reports.stream().mapToInt(TrainingReport::getShards).max().orElse(0);
    }

    /** A count, summed over the shards. */
    public long total(ToLongFunction<TrainingReport> count) {
        return reports.stream().mapToLong(count).sum();
    }

    /** Samples trained per second by all shards together, each over its last interval. */
    public double samplesPerSecond() {
        return rate(TrainingReport::getSamplesPerSecond);
    }

    /** Where the slowest shard is; one that has not reported is below its threshold. */
    public Phase phase() {
        return reports.stream()
                .map(TrainingReport::getPhase)
                .min(Comparator.naturalOrder())
                .filter(slowest -> reports.size() >= shards())
                .orElse(Phase.FILLING);
    }

    /** Whether every shard has sent its last report. */
    public boolean areFinished() {
        return phase() == Phase.FINISHED;
    }

    /**
     * Rounds in which the shards have merged their weights. One that a shard has been through is
     * complete, since it takes the contributions of all.
     */
    public long rounds() {
        return reports.stream().mapToLong(TrainingReport::getRounds).max().orElse(0);
    }

    /** Mean training loss of the batches of every shard's last interval; none without a batch. */
    public Optional<Double> loss() {
        return mean(TrainingReport::getLoss);
    }

    /**
     * Mean of a value over the batches of every shard's last interval; none when no shard has one.
     *
     * @param value of a report; null when it has none
     */
    public Optional<Double> mean(Function<TrainingReport, @Nullable Double> value) {
        double sum = 0;
        double batches = 0;
        for (TrainingReport report : reports) {
            Double one = value.apply(report);
            if (one != null) {
                sum += intervalBatches(report) * one;
                batches += intervalBatches(report);
            }
        }
        return batches == 0 ? Optional.empty() : Optional.of(sum / batches);
    }

    /** A rate, summed over the shards, each over its last interval. */
    public double rate(ToDoubleFunction<TrainingReport> rate) {
        return reports.stream().mapToDouble(rate).sum();
    }

    /** Of the samples that have left the reservoirs how many were drawn k times, by k. */
    public List<Long> drawsPerSample() {
        int longest = reports.stream().mapToInt(r -> r.getDrawsPerSample().size()).max().orElse(0);
        return IntStream.range(0, longest)
                .mapToObj(
                        k ->
                                total(
                                        r ->
                                                k < r.getDrawsPerSample().size()
                                                        ? r.getDrawsPerSample().get(k)
                                                        : 0L))
                .toList();
    }

    private static double intervalBatches(TrainingReport report) {
        double batches = report.getBatchesPerSecond() * report.getIntervalSeconds();
        return Math.max(1, Math.rint(batches));
    }

    /**
     * The report with the last complete validation. One shard reports it for all of them, over the
     * whole validation set.
     */
    public Optional<TrainingReport> validated() {
        return reports.stream().filter(r -> r.getValidationBatch() != null).findFirst();
    }
}
