package io.penstock.cli;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a study is, as its topics tell.
 *
 * @param study its name
 * @param phase where its slowest shard is; null before the first report
 * @param shards the shards that have reported, by number
 * @param ensemble its simulations
 * @param data what it was fed and what it made of it
 */
record StudyStatus(
        String study, @Nullable String phase, List<Shard> shards, Ensemble ensemble, Data data) {
    StudyStatus {
        shards = List.copyOf(shards);
    }

    /**
     * What a shard last reported.
     *
     * @param reportedMillis when it did, milliseconds since the epoch
     */
    record Shard(
            int shard, String phase, long reportedMillis, Learning learning, Reservoir reservoir) {}

    /**
     * How a shard learns.
     *
     * @param batches training steps done
     * @param samplesPerSecond samples trained per second
     */
    record Learning(long batches, Losses losses, double learningRate, double samplesPerSecond) {}

    /** Mean squared errors of normalised outputs; null where there is none. */
    record Losses(@Nullable Double training, @Nullable Double fresh, @Nullable Double validation) {}

    /**
     * What a shard draws from.
     *
     * @param sampleAge mean age of the last batch's samples, in inserts
     */
    record Reservoir(
            int seen,
            int unseen,
            int capacity,
            double insertsPerSecond,
            @Nullable Double sampleAge) {}

    /** Simulations by what was last said of them. */
    record Ensemble(int waiting, int running, int finished, int failed, int givenUp) {
        int total() {
            return waiting + running + finished + failed + givenUp;
        }
    }

    /**
     * What a study was fed and what it made of it.
     *
     * @param rejected rejected samples, by cause
     * @param model the version of the model published last; null when there is none
     * @param lag records that were not yet taken in when that version was made, and may have been
     *     since; null without a version
     */
    record Data(Map<String, Long> rejected, @Nullable ModelSummary model, @Nullable Long lag) {}
}
