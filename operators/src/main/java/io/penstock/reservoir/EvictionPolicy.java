package io.penstock.reservoir;

import org.apache.commons.rng.UniformRandomProvider;

/** Which sample makes room for a new one when every slot is taken. O(1) whatever the capacity. */
enum EvictionPolicy {
    /** None: the insert is refused until draws free a slot. */
    NEVER {
        @Override
        boolean canEvict(Population population) {
            return false;
        }

        @Override
        int pick(Population population, UniformRandomProvider rng) {
            throw new IllegalStateException("this reservoir never evicts a sample");
        }
    },

    /** Every seen sample alike; an unseen sample never, so that no data is lost untrained. */
    RANDOM_SEEN {
        @Override
        boolean canEvict(Population population) {
            return population.seen() > 0;
        }

        @Override
        int pick(Population population, UniformRandomProvider rng) {
            return population.slotAt(population.unseen() + rng.nextInt(population.seen()));
        }
    };

    /** Whether a sample may be evicted now. */
    abstract boolean canEvict(Population population);

    /** Returns the slot to evict; called only when {@link #canEvict} holds. */
    abstract int pick(Population population, UniformRandomProvider rng);
}
