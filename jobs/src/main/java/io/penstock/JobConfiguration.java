package io.penstock;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.CheckpointingMode;

/** The Flink settings that every job of the project needs or is best run with. */
public final class JobConfiguration {
    private static final int ATTEMPTS = 8;
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);
    private static final Duration CALM = Duration.ofSeconds(30);
    private static final Duration DELAY = Duration.ofSeconds(1);

    private JobConfiguration() {}

    /**
     * Settings of a job.
     *
     * @param checkpoints URI of the folder of its checkpoints
     * @param interval time between two checkpoints
     */
    public static Configuration of(String checkpoints, Duration interval) {
        Configuration configuration = new Configuration();
        // A type that would fall back to Kryo is an error, and operators own what they emit.
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval);
        configuration.set(
                CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
                CheckpointingMode.EXACTLY_ONCE);
        configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints);
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        // A drain or a slow disk may outlast a checkpoint; that is no reason to fail.
        configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
        // Gives up after some failures in a row, not over the life of a job that runs for ever.
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, ATTEMPTS);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, DELAY);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
                LONGEST_DELAY);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
                CALM);
        return configuration;
    }

    /**
     * The same settings without those that a cluster decides when it, or {@code -D}, names them:
     * how often and how soon a failed job is started again, what remains of the checkpoints of a
     * cancelled one, and how many checkpoints may fail.
     *
     * @param cluster configuration of the cluster
     * @param settings settings as {@link #of} makes them
     */
    static Configuration yielding(ReadableConfig cluster, Configuration settings) {
        Configuration left = new Configuration(settings);
        if (cluster.getOptional(RestartStrategyOptions.RESTART_STRATEGY).isPresent()) {
            left.removeConfig(RestartStrategyOptions.RESTART_STRATEGY);
            left.removeConfig(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS);
            left.removeConfig(
                    RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF);
            left.removeConfig(
                    RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF);
            left.removeConfig(
                    RestartStrategyOptions
                            .RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD);
        }
        for (var option :
                List.of(
                        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                        CheckpointingOptions.TOLERABLE_FAILURE_NUMBER)) {
            if (cluster.getOptional(option).isPresent()) {
                left.removeConfig(option);
            }
        }
        return left;
    }
}
