package io.penstock.training;

import io.penstock.setting.Check;
import io.penstock.surrogate.SurrogateSpec;
import java.io.Serializable;

/**
 * Settings of the optimiser, weight decay added to the gradient as in PyTorch's Adam and SGD.
 *
 * @param kind the rule by which a step moves the weights
 * @param learningRate initial learning rate
 * @param weightDecay L2 penalty
 * @param beta1 Adam only: decay of the first moment
 * @param beta2 Adam only: decay of the second moment
 * @param epsilon Adam only: added to the denominator
 * @param clipNorm largest 2-norm of the whole gradient; 0 means no clipping
 * @param schedule how the learning rate changes
 */
public record OptimiserSpec(
        Kind kind,
        double learningRate,
        double weightDecay,
        double beta1,
        double beta2,
        double epsilon,
        double clipNorm,
        LearningRateSchedule schedule)
        implements Serializable {
    /** The optimisers. */
    public enum Kind {
        /** Adam (arXiv 1412.6980): steps scaled by running moments of the gradient. */
        ADAM(2),
        /** Stochastic gradient descent without momentum: steps along the gradient. */
        SGD(0);

        private final int moments;

        Kind(int moments) {
            this.moments = moments;
        }

        /** Tensors it remembers for each weight tensor, of the same size. */
        public int moments() {
            return moments;
        }
    }

    public OptimiserSpec {
        Check.above(0, "learning-rate", learningRate);
        Check.atLeast(0, "weight-decay", weightDecay);
        Check.that(beta1 >= 0 && beta1 < 1, "beta1", beta1, "0 or above and below 1");
        Check.that(beta2 >= 0 && beta2 < 1, "beta2", beta2, "0 or above and below 1");
        Check.above(0, "epsilon", epsilon);
        Check.atLeast(0, "clip-norm", clipNorm);
    }

    /**
     * Whether it can do with one pass over the weights of a surrogate, see {@link TrainingSpec}.
     */
    boolean isOnePass(SurrogateSpec surrogate) {
        return kind == Kind.ADAM && clipNorm == 0 && surrogate.isDense();
    }
}
