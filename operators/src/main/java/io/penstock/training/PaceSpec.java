package io.penstock.training;

import io.penstock.setting.Check;
import java.io.Serializable;

/**
 * When a training step is taken.
 *
 * @param kind the rule
 * @param samplesPerInsert SAMPLES_PER_INSERT only: draws per inserted sample
 */
public record PaceSpec(Kind kind, double samplesPerInsert) implements Serializable {
    /** The rules. */
    public enum Kind {
        /** Whenever a batch worth of new samples came in, or the input has nothing to offer. */
        CONTINUOUS,
        /** A fixed number of draws per insert, by counters only: the reproducible pace. */
        SAMPLES_PER_INSERT
    }

    public PaceSpec {
        Check.that(
                samplesPerInsert > 0 && samplesPerInsert <= 1e6,
                "samples-per-insert",
                samplesPerInsert,
                "above 0 and at most 1000000");
    }
}
