package io.penstock.surrogate;

import io.penstock.sample.SampleForm;
import java.io.Serializable;

/**
 * Settings of the surrogate.
 *
 * @param architecture family of models, with its sizes
 * @param form what it learns from a simulation
 * @param normalizer where the ranges of inputs and outputs come from
 */
public record SurrogateSpec(Architecture architecture, SampleForm form, NormalizerSource normalizer)
        implements Serializable {
    /** Where the normaliser's constants come from. */
    public enum NormalizerSource {
        /** The ranges stated in the study: inputs to [-1, 1], outputs to [0, 1]. */
        RANGES,
        /** Running mean and standard deviation of the training samples, kept in state. */
        MOMENTS
    }

    /**
     * Whether all that is trained are fully connected layers with ReLU between them, from scalars
     * to outputs.
     */
    public boolean isDense() {
        return architecture instanceof MlpSpec && form.isDirect();
    }

    /** The same without weights to begin from, for a description that has others beside it. */
    public SurrogateSpec withoutWeights() {
        return new SurrogateSpec(architecture.withoutWeights(), form, normalizer);
    }
}
