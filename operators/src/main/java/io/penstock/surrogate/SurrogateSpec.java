package io.penstock.surrogate;

import io.penstock.setting.Check;
import java.io.Serializable;
import java.util.List;

/**
 * Settings of the surrogate.
 *
 * @param architecture which family of models
 * @param hidden MLP: units of each hidden layer
 * @param normalizer where the ranges of inputs and outputs come from
 */
public record SurrogateSpec(
        Architecture architecture, List<Integer> hidden, NormalizerSource normalizer)
        implements Serializable {
    /** Families of models. */
    public enum Architecture {
        /** Fully connected layers with ReLU between them. */
        MLP
    }

    /** Where the normaliser's constants come from. */
    public enum NormalizerSource {
        /** The ranges stated in the study: inputs to [-1, 1], outputs to [0, 1]. */
        RANGES,
        /** Running mean and standard deviation of the training samples, kept in state. */
        MOMENTS
    }

    public SurrogateSpec {
        hidden = List.copyOf(hidden);
        Check.that(
                hidden.stream().allMatch(units -> units >= 1 && units <= 1 << 20),
                "hidden",
                hidden,
                "units of each hidden layer, each 1 to " + (1 << 20));
    }
}
