package io.penstock.training;

import io.penstock.setting.Check;
import io.penstock.surrogate.SurrogateSpec;
import java.io.Serializable;
import java.time.Duration;

/**
 * Settings of the training.
 *
 * @param batch samples of a training step
 * @param optimiser the optimiser
 * @param continual techniques for training on a stream
 * @param pace when a step is taken
 * @param shards data-parallel shards
 * @param merge how the models of several shards become one
 * @param torchThreads threads of a tensor operation; 0 leaves what the process was started with
 * @param until when training ends
 * @param reportInterval from one training report to the next
 */
public record TrainingSpec(
        int batch,
        OptimiserSpec optimiser,
        ContinualSpec continual,
        PaceSpec pace,
        int shards,
        MergeSpec merge,
        int torchThreads,
        Until until,
        Duration reportInterval)
        implements Serializable {
    /** Each needs a key group of its own. */
    public static final int MOST_SHARDS = 128;

    /** When training ends. */
    public enum Until {
        /** When the ensemble has finished and the reservoir is drained. */
        ENSEMBLE_FINISHED,
        /** Never. */
        FOREVER
    }

    public TrainingSpec {
        Check.within(1, 1 << 20, "batch", batch);
        Check.within(1, MOST_SHARDS, "shards", shards);
        Check.within(0, 1024, "torch-threads", torchThreads);
        Check.that(
                reportInterval.compareTo(Duration.ofMillis(50)) >= 0
                        && reportInterval.compareTo(Duration.ofHours(1)) <= 0,
                "report-interval",
                reportInterval.toMillis() + "ms",
                "50ms to 1h");
    }

    /** The same training with another number of shards. */
    public TrainingSpec withShards(int other) {
        return new TrainingSpec(
                batch,
                optimiser,
                continual,
                pace,
                other,
                merge,
                torchThreads,
                until,
                reportInterval);
    }

    /** The same training with other techniques. */
    TrainingSpec with(ContinualSpec other) {
        return new TrainingSpec(
                batch, optimiser, other, pace, shards, merge, torchThreads, until, reportInterval);
    }

    /**
     * Whether a step goes through the weights of a surrogate once and never holds a whole gradient;
     * else gradients take as much memory as the weights.
     */
    public boolean isOnePass(SurrogateSpec surrogate) {
        return optimiser.isOnePass(surrogate) && !continual.needsGradients();
    }
}
