package io.penstock.training;

import io.penstock.sample.SampleLog;

/**
 * The logs a shard works with.
 *
 * @param run submission of the training job, which its contributions carry
 * @param sink where its contributions go
 * @param contributions where those of all shards are read by position
 * @param samples where samples are read by position
 * @param controls where its answers to controls go
 */
public record ShardLogs(
        String run,
        ContributionSink sink,
        ContributionLog.Factory contributions,
        SampleLog.Factory samples,
        ControlSink controls) {
    /** For a shard that is alone and not controlled: it has nothing to say or to read again. */
    public static final ShardLogs NONE =
            new ShardLogs(
                    "",
                    (chunk, values) -> none(),
                    () -> {
                        throw none();
                    },
                    () -> {
                        throw none();
                    },
                    new ControlSink() {
                        @Override
                        public void taken(String control, long batch) {
                            throw none();
                        }

                        @Override
                        public void refused(String control, String why) {
                            throw none();
                        }
                    });

    private static IllegalStateException none() {
        return new IllegalStateException("this shard works without logs");
    }
}
