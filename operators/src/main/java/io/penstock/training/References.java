package io.penstock.training;

import io.penstock.reservoir.SlotStore;
import io.penstock.sample.SampleLog;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntToLongFunction;
import java.util.function.IntUnaryOperator;

/** Slots whose rows are known by their position in the log only, and are read from there again. */
final class References {
    private final int[] slots;
    private int size;

    /**
     * @param forEachSlot visits the slots
     * @param atMost upper bound of their number
     */
    References(Consumer<IntConsumer> forEachSlot, int atMost) {
        this.slots = new int[atMost];
        forEachSlot.accept(slot -> slots[size++] = slot);
    }

    /**
     * Reads the rows into their slots.
     *
     * @param lost receives each slot whose sample the log no longer holds
     * @return how many those are
     */
    int refill(
            SlotStore store,
            SampleLog log,
            IntUnaryOperator partitionOf,
            IntToLongFunction offsetOf,
            IntConsumer lost)
            throws IOException {
        int[] partitions = Arrays.stream(slots, 0, size).map(partitionOf).toArray();
        long[] offsets = Arrays.stream(slots, 0, size).mapToLong(offsetOf).toArray();
        BitSet missing = new BitSet(size);
        missing.set(0, size);
        log.read(
                partitions,
                offsets,
                (index, sample) -> {
                    store.put(slots[index], sample.row());
                    missing.clear(index);
                });
        missing.stream().map(i -> slots[i]).forEach(lost);
        return missing.cardinality();
    }
}
