package io.penstock.reservoir;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * The slots of the last samples inserted, to draw from as {@link NewestSpec} says, in O(1). It
 * follows from the ledger, so a state need not hold it.
 */
final class Newest {
    private final NewestSpec spec;
    private final int[] slots;

    Newest(NewestSpec spec) {
        this.spec = spec;
        this.slots = new int[spec.window()];
        Arrays.fill(slots, Population.NONE);
    }

    /** That of a restored reservoir. */
    static Newest of(NewestSpec spec, Population population, Ledger ledger) {
        Newest newest = new Newest(spec);
        for (int slot = population.oldest();
                slot != Population.NONE;
                slot = population.younger(slot)) {
            newest.enter(slot, ledger.serial(slot));
        }
        return newest;
    }

    /** Enters a new sample, the {@code serial}-th inserted, counted from 1. */
    void enter(int slot, long serial) {
        slots[place(serial)] = slot;
    }

    private int place(long serial) {
        return (int) (serial % slots.length);
    }

    /**
     * Returns the slot of a new sample to draw, or {@link Population#NONE} when any sample is to be
     * drawn.
     *
     * @param inserts samples inserted so far
     */
    int pick(Population population, Ledger ledger, long inserts, UniformRandomProvider rng) {
        if (rng.nextDouble() >= spec.share()) {
            return Population.NONE;
        }
        long serial = inserts - rng.nextLong(Math.min(slots.length, inserts));
        int slot = slots[place(serial)];
        boolean isHeld =
                slot != Population.NONE
                        && population.isOccupied(slot)
                        && ledger.serial(slot) == serial;
        return isHeld ? slot : Population.NONE;
    }
}
