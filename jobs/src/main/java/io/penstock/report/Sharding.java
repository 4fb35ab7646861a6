package io.penstock.report;

import io.penstock.schemas.TrainingReport;
import io.penstock.training.ShardReports;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the shards of a run trained together.
 *
 * @param merging the rounds in which they merged their weights
 * @param perShard what each shard did, by its number; of those that have reported
 */
public record Sharding(Merging merging, List<Shard> perShard) {
    public Sharding {
        perShard = List.copyOf(perShard);
    }

    /**
     * The rounds in which the shards merged their weights.
     *
     * @param rounds rounds that are complete
     * @param timeShare part of the shards' time that merging kept them from training, waiting for
     *     others included; 0 to 1
     * @param earlyContributions contributions of shards that had nothing to train on, made before
     *     their turn so that others need not wait
     * @param refusedContributions contributions of no use, in the last attempt of the job
     */
    public record Merging(
            long rounds,
            @Nullable Double timeShare,
            long earlyContributions,
            long refusedContributions) {
        public Merging {
            timeShare = RunReport.finite(timeShare);
        }
    }

    /**
     * What one shard did.
     *
     * @param shard its number
     * @param batches training steps
     * @param samplesTrained samples drawn into them, repeats counted
     * @param inserts distinct training samples put into its reservoir
     * @param duplicates samples it dropped because they had been received before
     * @param rounds merging rounds it has been through
     * @param mergingTimeShare part of its time that merging kept it from training; 0 to 1
     */
    public record Shard(
            int shard,
            long batches,
            long samplesTrained,
            long inserts,
            long duplicates,
            long rounds,
            @Nullable Double mergingTimeShare) {
        public Shard {
            mergingTimeShare = RunReport.finite(mergingTimeShare);
        }
    }

    /** What the reports say of it; null of a shard that trained alone, or before any report. */
    static @Nullable Sharding of(TrainingHistory history) {
        return history.latest().shards() > 1
                ? new Sharding(
                        merging(history), history.shards().stream().map(Sharding::shard).toList())
                : null;
    }

    private static Merging merging(TrainingHistory history) {
        ShardReports latest = history.latest();
        return new Merging(
                latest.rounds(),
                timeShare(history.shards()),
                latest.total(TrainingReport::getEarlyContributions),
                // All shards read the same log, so each of them refuses what the others do.
                latest.reports().stream()
                        .mapToLong(TrainingReport::getRefusedContributions)
                        .max()
                        .orElse(0));
    }

    private static Shard shard(ShardHistory shard) {
        TrainingReport latest = shard.latest();
        return new Shard(
                shard.number(),
                latest.getBatches(),
                latest.getSamplesTrained(),
                latest.getInserts(),
                latest.getDuplicates(),
                latest.getRounds(),
                timeShare(List.of(shard)));
    }

    private static double timeShare(Collection<ShardHistory> shards) {
        double merging = shards.stream().mapToDouble(ShardHistory::mergingSeconds).sum();
        return merging / shards.stream().mapToDouble(ShardHistory::seconds).sum();
    }
}
