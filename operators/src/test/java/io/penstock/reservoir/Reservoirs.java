package io.penstock.reservoir;

import io.penstock.reservoir.ReservoirSpec.Checkpoint;
import io.penstock.reservoir.ReservoirSpec.Kind;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** Reservoirs for tests, and samples to fill them with. */
final class Reservoirs {
    private static final int STEPS = 100;

    private Reservoirs() {}

    static RestorableUniformRandomProvider rng(long seed) {
        return RandomSource.XO_SHI_RO_256_PP.create(seed);
    }

    static ReservoirSpec fifo(int capacity) {
        return new ReservoirSpec(Kind.FIFO, capacity, 0, 1, NewestSpec.NONE, Checkpoint.REFERENCE);
    }

    static ReservoirSpec firo(int capacity, int threshold, int pseudoEpochs) {
        return new ReservoirSpec(
                Kind.FIRO,
                capacity,
                threshold,
                pseudoEpochs,
                NewestSpec.NONE,
                Checkpoint.REFERENCE);
    }

    static ReservoirSpec reservoir(int capacity, int threshold) {
        return new ReservoirSpec(
                Kind.RESERVOIR, capacity, threshold, 1, NewestSpec.NONE, Checkpoint.REFERENCE);
    }

    /** With a share of draws from the newest. */
    static ReservoirSpec mixed(ReservoirSpec spec, double share, int window) {
        return new ReservoirSpec(
                spec.kind(),
                spec.capacity(),
                spec.threshold(),
                spec.pseudoEpochs(),
                new NewestSpec(share, window),
                spec.checkpoint());
    }

    /** Inserts the sample of a number, from 0, which becomes its offset. */
    static int insert(Reservoir reservoir, long number) {
        return reservoir.insert(3, number, number / STEPS, (int) (number % STEPS));
    }

    /** Inserts the samples of the next numbers, {@code count} of them. */
    static void fill(Reservoir reservoir, int count) {
        for (int i = 0; i < count; i++) {
            insert(reservoir, reservoir.inserts());
        }
    }

    /** Draws one sample and returns its slot. */
    static int draw(Reservoir reservoir) {
        int[] slot = new int[1];
        if (reservoir.drawBatch(1, slot, new boolean[1]) != 1) {
            throw new IllegalStateException("nothing to draw");
        }
        return slot[0];
    }

    /** The numbers of the samples held, the oldest first. */
    static List<Long> held(Reservoir reservoir) {
        List<Long> held = new ArrayList<>();
        reservoir.forEachOccupied(slot -> held.add(reservoir.offset(slot)));
        return held;
    }
}
