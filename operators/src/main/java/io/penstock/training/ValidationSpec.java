package io.penstock.training;

import io.penstock.setting.Check;
import java.io.Serializable;

/**
 * Settings of the validation.
 *
 * @param simulations validation simulations; 0 means no validation
 * @param everyBatches training steps from the start of one validation to that of the next
 * @param slice samples evaluated at a time, between which ingestion goes on
 */
public record ValidationSpec(int simulations, int everyBatches, int slice) implements Serializable {
    public ValidationSpec {
        Check.within(0, 1_000_000, "simulations", simulations);
        Check.atLeast(1, "every-batches", everyBatches);
        Check.within(1, 1 << 16, "slice", slice);
    }
}
