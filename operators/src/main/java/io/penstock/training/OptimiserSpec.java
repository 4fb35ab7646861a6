package io.penstock.training;

import io.penstock.setting.Check;
import java.io.Serializable;

/**
 * Settings of Adam (arXiv 1412.6980), weight decay added to the gradient as in PyTorch's Adam.
 *
 * @param learningRate initial learning rate
 * @param weightDecay L2 penalty
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the denominator
 * @param clipNorm largest 2-norm of the whole gradient; 0 means no clipping
 * @param schedule how the learning rate changes
 */
public record OptimiserSpec(
        double learningRate,
        double weightDecay,
        double beta1,
        double beta2,
        double epsilon,
        double clipNorm,
        LearningRateSchedule schedule)
        implements Serializable {
    public OptimiserSpec {
        Check.above(0, "learning-rate", learningRate);
        Check.atLeast(0, "weight-decay", weightDecay);
        Check.that(beta1 >= 0 && beta1 < 1, "beta1", beta1, "0 or above and below 1");
        Check.that(beta2 >= 0 && beta2 < 1, "beta2", beta2, "0 or above and below 1");
        Check.above(0, "epsilon", epsilon);
        Check.atLeast(0, "clip-norm", clipNorm);
    }
}
