package io.penstock.study;

import io.penstock.setting.Check;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How often the state of the training is made durable, and where.
 *
 * @param interval from the start of one checkpoint to that of the next
 * @param timeout after which a checkpoint is given up
 * @param keep completed checkpoints kept
 * @param folder URI or path that all machines can write to; null for a folder inside the run's
 */
public record CheckpointSettings(
        Duration interval, Duration timeout, int keep, @Nullable String folder) {
    public CheckpointSettings {
        // A model version waits in a Kafka transaction for its checkpoint; brokers end one at 15
        // min.
        Intervals.check("interval", interval, Duration.ofMillis(100), Duration.ofMinutes(10));
        Intervals.check("timeout", timeout, Duration.ofSeconds(1), Duration.ofHours(24));
        Check.within(1, 1000, "keep", keep);
        Locations.check("folder", folder);
    }
}
