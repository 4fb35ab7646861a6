package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.junit.jupiter.api.Test;

class JobConfigurationTest {
    private static final Configuration OURS =
            JobConfiguration.of("file:///checkpoints", Duration.ofSeconds(5));

    @Test
    void changesNothingWhereTheClusterIsSilent() {
        assertThat(JobConfiguration.yielding(new Configuration(), OURS)).isEqualTo(OURS);
    }

    @Test
    void leavesRestartsAndRetentionToAClusterThatNamesThem() {
        Configuration cluster = new Configuration();
        cluster.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        cluster.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.DELETE_ON_CANCELLATION);
        cluster.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 3);
        Configuration merged = new Configuration(cluster);
        merged.addAll(JobConfiguration.yielding(cluster, OURS));
        assertThat(merged.toMap()).containsAllEntriesOf(cluster.toMap());
        assertThat(merged.contains(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS))
                .isFalse();
    }

    @Test
    void insistsOnWhatTheJobsNeedAndOnWhatTheStudySays() {
        Configuration cluster = new Configuration();
        cluster.set(PipelineOptions.GENERIC_TYPES, true);
        cluster.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMinutes(3));
        Configuration merged = new Configuration(cluster);
        merged.addAll(JobConfiguration.yielding(cluster, OURS));
        assertThat(merged.get(PipelineOptions.GENERIC_TYPES)).isFalse();
        assertThat(merged.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
                .isEqualTo(Duration.ofSeconds(5));
    }
}
