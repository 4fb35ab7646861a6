package io.penstock.solver;

import io.penstock.sample.Quantity;
import java.util.List;
import java.util.Locale;
import org.apache.commons.rng.UniformRandomProvider;

/** The ways of drawing the parameters of an ensemble. */
public enum SamplerKind {
    /** {@link MonteCarloSampler}. */
    MONTE_CARLO,
    /** {@link HaltonSampler}. */
    HALTON,
    /** {@link LatinHypercubeSampler}. */
    LATIN_HYPERCUBE;

    /** Its name in study files and records: {@code monte-carlo} and so on. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * A sampler of this kind.
     *
     * @param ranges the parameters, one or more ({@link HaltonSampler}: at most 40)
     * @param random generator that all its points come from
     */
    public ParameterSampler sampler(List<Quantity> ranges, UniformRandomProvider random) {
        return switch (this) {
            case MONTE_CARLO -> new MonteCarloSampler(ranges, random);
            case HALTON -> new HaltonSampler(ranges, random);
            case LATIN_HYPERCUBE -> new LatinHypercubeSampler(ranges, random);
        };
    }
}
