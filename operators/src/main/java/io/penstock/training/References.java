package io.penstock.training;

import io.penstock.reservoir.Reservoir;
import io.penstock.reservoir.SlotStore;
import io.penstock.sample.Sample;
import io.penstock.sample.SampleLog;
import io.penstock.schemas.Purpose;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntConsumer;

/** Slots whose rows are known by their position in the log only, and are read from there again. */
final class References {
    private final int[] slots;
    private final int[] partitions;
    private final long[] offsets;
    private final Expectation expectation;
    private final IntConsumer lost;
    private int size;

    /** Whether the sample found at a slot's position is the one the slot held. */
    private interface Expectation {
        boolean isMet(int slot, Sample sample);
    }

    private References(int atMost, Expectation expectation, IntConsumer lost) {
        this.slots = new int[atMost];
        this.partitions = new int[atMost];
        this.offsets = new long[atMost];
        this.expectation = expectation;
        this.lost = lost;
    }

    /** Those of a reservoir's samples. */
    static References of(Reservoir reservoir) {
        References references =
                new References(
                        reservoir.size(),
                        (slot, sample) ->
                                sample.simulation() == reservoir.simulation(slot)
                                        && sample.step() == reservoir.step(slot),
                        reservoir::remove);
        reservoir.forEachOccupied(
                slot -> references.add(slot, reservoir.partition(slot), reservoir.offset(slot)));
        return references;
    }

    /** Those of a validation set's samples. */
    static References of(ValidationSet validation) {
        References references =
                new References(
                        validation.size(),
                        (slot, sample) -> sample.purpose() == Purpose.VALIDATION,
                        validation::remove);
        validation.forEachReadable(
                slot -> references.add(slot, validation.partition(slot), validation.offset(slot)));
        return references;
    }

    private void add(int slot, int partition, long offset) {
        slots[size] = slot;
        partitions[size] = partition;
        offsets[size] = offset;
        size++;
    }

    /**
     * Reads the rows into their slots. A slot whose sample the log does not hold any more, or holds
     * another in the place of, is given up.
     *
     * @return how many were given up
     */
    int refill(SlotStore store, SampleLog log) throws IOException {
        BitSet missing = new BitSet(size);
        missing.set(0, size);
        log.read(
                Arrays.copyOf(partitions, size),
                Arrays.copyOf(offsets, size),
                (index, sample) -> {
                    if (expectation.isMet(slots[index], sample)) {
                        store.put(slots[index], sample.row());
                        missing.clear(index);
                    }
                });
        missing.stream().map(i -> slots[i]).forEach(lost);
        return missing.cardinality();
    }
}
