package io.penstock.reservoir;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * Which sample the next draw takes. O(1) whatever the capacity; called on a population of one or
 * more.
 */
enum DrawPolicy {
    /** The sample that was inserted first. Uses no random numbers. */
    OLDEST {
        @Override
        int pick(Population population, UniformRandomProvider rng) {
            return population.oldest();
        }
    },

    /** Every sample alike, seen or not. */
    UNIFORM {
        @Override
        int pick(Population population, UniformRandomProvider rng) {
            return population.slotAt(rng.nextInt(population.size()));
        }
    };

    /** Returns the slot to draw. */
    abstract int pick(Population population, UniformRandomProvider rng);
}
