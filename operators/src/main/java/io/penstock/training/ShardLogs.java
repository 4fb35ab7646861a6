package io.penstock.training;

import io.penstock.sample.SampleLog;

/**
 * The logs a shard works with.
 *
 * @param run submission of the training job, which its contributions carry
 * @param sink where its contributions go
 * @param contributions where those of all shards are read by position
 * @param samples where samples are read by position
 */
public record ShardLogs(
        String run,
        ContributionSink sink,
        ContributionLog.Factory contributions,
        SampleLog.Factory samples) {
    /** For a shard that is alone: it contributes nothing and holds nothing back. */
    public static final ShardLogs NONE =
            new ShardLogs(
                    "",
                    (chunk, values) -> none(),
                    () -> {
                        throw none();
                    },
                    () -> {
                        throw none();
                    });

    private static IllegalStateException none() {
        return new IllegalStateException("a shard that is alone needs no log");
    }
}
