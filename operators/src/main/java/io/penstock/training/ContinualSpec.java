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
 * @param weightAveraging decay d of the running mean of the weights, {@code ema ← d ema + (1 - d)
 *     w} after each step, which is what is validated and published; 0: the weights themselves are
 * @param distillation λ, share of the loss that is the squared distance from the predictions of a
 *     teacher, the model as it was some steps ago (arXiv 2106.02654); 0: none
 * @param distillationEvery training steps from one teacher to the next
 */
public record ContinualSpec(
        double gradientNoise,
        double gradientNoiseDecay,
        double weightAveraging,
        double distillation,
        int distillationEvery)
        implements Serializable {
    /** All of them off. */
    public static final ContinualSpec NONE = new ContinualSpec(0, 0.55, 0, 0, 1000);

    public ContinualSpec {
        Check.atLeast(0, "gradient-noise", gradientNoise);
        Check.atLeast(0, "gradient-noise-decay", gradientNoiseDecay);
        Check.that(
                weightAveraging >= 0 && weightAveraging < 1,
                "weight-averaging",
                weightAveraging,
                "0 or above and below 1");
        Check.that(
                distillation >= 0 && distillation < 1,
                "distillation",
                distillation,
                "0 or above and below 1");
        Check.atLeast(1, "distillation-every", distillationEvery);
    }

    /**
     * Requires that nothing is on which only a shard that is alone has.
     *
     * @param shards shards of the study
     */
    public void checkShards(int shards) {
        checkAlone(shards, "weight-averaging", weightAveraging);
        checkAlone(shards, "distillation", distillation);
    }

    private static void checkAlone(int shards, String key, double value) {
        Check.that(
                shards == 1 || value == 0,
                "training.continual." + key,
                value,
                "0, since training.shards is "
                        + shards
                        + " and what rounds make of several shards is published as it is");
    }

    /** Whether all of them are off. */
    boolean isNone() {
        return gradientNoise == 0 && weightAveraging == 0 && distillation == 0;
    }

    /** Whether a step has to hold whole gradients. */
    boolean needsGradients() {
        return gradientNoise > 0 || distillation > 0;
    }

    /** Copies of the weights that are kept. */
    public int copies() {
        return (weightAveraging > 0 ? 1 : 0) + (distillation > 0 ? 1 : 0);
    }

    /** Standard deviation of the noise in training step {@code t}, from 0. */
    double noiseDeviation(long t) {
        return Math.sqrt(gradientNoise / Math.pow(1.0 + t, gradientNoiseDecay));
    }
}
