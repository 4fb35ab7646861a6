package io.penstock.training;

import io.penstock.setting.Check;
import java.io.Serializable;

/**
 * Techniques for training on a stream of samples, each off by default. They may be switched on and
 * off between two runs of a study.
 *
 * @param gradientNoise η of the noise added to gradients, whose variance in step t is {@code η / (1
 *     + t)^γ} (arXiv 1511.06807); 0: none
 * @param gradientNoiseDecay γ of that noise
 */
public record ContinualSpec(double gradientNoise, double gradientNoiseDecay)
        implements Serializable {
    /** All of them off. */
    public static final ContinualSpec NONE = new ContinualSpec(0, 0.55);

    public ContinualSpec {
        Check.atLeast(0, "gradient-noise", gradientNoise);
        Check.atLeast(0, "gradient-noise-decay", gradientNoiseDecay);
    }

    /** Whether all of them are off. */
    boolean isNone() {
        return gradientNoise == 0;
    }

    /** Whether a step has to hold whole gradients. */
    boolean needsGradients() {
        return gradientNoise > 0;
    }

    /** Standard deviation of the noise in training step {@code t}, from 0. */
    double noiseDeviation(long t) {
        return Math.sqrt(gradientNoise / Math.pow(1.0 + t, gradientNoiseDecay));
    }
}
