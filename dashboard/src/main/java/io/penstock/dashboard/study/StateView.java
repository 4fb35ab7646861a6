package io.penstock.dashboard.study;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole present state of a source, as {@code /api/state} gives it. What is not known is null.
 *
 * @param source the source it is of
 * @param study name of the study
 * @param live whether it is followed, not read from a folder
 * @param now wall clock of the answer, milliseconds since the epoch, as all times are
 * @param run when the newest run of the study began; other series then begin there too
 * @param stale what is not up to date, and since when
 * @param totals all shards together
 * @param shards each shard
 * @param drawsPerSample draws of samples that have left the reservoir
 * @param ensemble simulations by state
 * @param models published versions, newest first
 * @param rejected what was not trained on
 * @param controls what was asked of the training, newest first
 * @param serving what was said of the served model, newest first
 */
public record StateView(
        String source,
        String study,
        boolean live,
        long now,
        @Nullable Long run,
        Stale stale,
        Totals totals,
        List<ShardView> shards,
        Draws drawsPerSample,
        Counts ensemble,
        List<ModelView> models,
        Rejected rejected,
        List<ControlView> controls,
        List<ServingView> serving) {
    /** Why what is shown may be old: null when it is not. */
    public record Stale(@Nullable String broker, @Nullable String job) {
        /** Nothing is. */
        public static final Stale FRESH = new Stale(null, null);
    }

    /** All shards together: counters summed, rates summed, losses of the last interval. */
    public record Totals(
            @Nullable Long batches,
            @Nullable Long samplesTrained,
            @Nullable Long inserts,
            @Nullable Long duplicates,
            @Nullable Long rejected,
            @Nullable Double loss,
            @Nullable Double freshLoss,
            @Nullable Double validationLoss,
            @Nullable Double validationNormalisedRmse,
            @Nullable Double learningRate,
            @Nullable Double samplesPerSecond,
            @Nullable Double insertsPerSecond,
            @Nullable Double lag,
            @Nullable Long reservoirSeen,
            @Nullable Long reservoirUnseen,
            @Nullable Long reservoirCapacity,
            @Nullable Double sampleAge) {}

    /** One shard; null is what is not known of a past run. */
    public record ShardView(
            int shard,
            String phase,
            @Nullable Long batches,
            @Nullable Long rounds,
            @Nullable Long backlog,
            boolean paused,
            @Nullable Long lastReport,
            @Nullable Long checkpoints,
            @Nullable Long lastCheckpointBytes,
            @Nullable Double lastStallMillis,
            @Nullable Double maxStallMillis) {}

    /** Draws of samples that have left the reservoir: element k of the counts is k draws. */
    public record Draws(
            List<Long> counts,
            boolean lastIsMore,
            @Nullable Double mean,
            @Nullable Long min,
            @Nullable Long max) {}

    /** Simulations by state; those that were given up count as failed. */
    public record Counts(long total, long waiting, long running, long finished, long failed) {}

    /** A published version of the model. */
    public record ModelView(
            long version,
            boolean last,
            long time,
            long bytes,
            String sha256,
            Map<String, Double> metrics) {}

    /** Records that were not trained on. */
    public record Rejected(long total, Map<String, Long> byCause, List<Rejection> latest) {}

    /** One of them. */
    public record Rejection(
            long time,
            String cause,
            String reason,
            @Nullable Long simulation,
            @Nullable Integer timeStep,
            String place) {}

    /** What was asked of the training, and what came of it. */
    public record ControlView(
            String control,
            String kind,
            @Nullable Double learningRate,
            String by,
            long time,
            String state,
            @Nullable String message,
            List<Taken> taken) {}

    /** A shard takes a control after a batch. */
    public record Taken(int shard, long batch) {}

    /** What was asked or said of the served model. */
    public record ServingView(
            String kind,
            long version,
            int subtask,
            @Nullable String reason,
            @Nullable Double swapMillis,
            String by,
            long time) {}
}
