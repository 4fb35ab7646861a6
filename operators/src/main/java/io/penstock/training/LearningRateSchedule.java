package io.penstock.training;

import io.penstock.setting.Check;
import java.io.Serializable;

/**
 * Step schedule counted in samples, so that runs with other batch sizes or shard counts compare:
 * {@code rate(n) = initial × factor^min(floor(n / everySamples), maxSteps)}.
 *
 * @param everySamples samples trained between two changes; 0 means a constant rate
 * @param factor what the rate is multiplied with at each change
 * @param maxSteps changes after which the rate stays
 */
public record LearningRateSchedule(long everySamples, double factor, int maxSteps)
        implements Serializable {
    public LearningRateSchedule {
        Check.atLeast(0, "every-samples", everySamples);
        Check.that(factor > 0 && factor <= 1, "factor", factor, "above 0 and at most 1");
        Check.atLeast(0, "max-steps", maxSteps);
    }

    /** The rate after {@code samples} samples were trained. */
    public double rate(double initial, long samples) {
        if (everySamples == 0) {
            return initial;
        }
        return initial * Math.pow(factor, Math.min(samples / everySamples, maxSteps));
    }
}
