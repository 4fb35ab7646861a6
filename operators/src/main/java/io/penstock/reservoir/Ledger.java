package io.penstock.reservoir;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Who is in each slot: where its sample lies in the log, its identity, its draws and its age. */
final class Ledger {
    private final int[] partition;
    private final long[] offset;
    private final long[] simulation;
    private final int[] step;
    private final int[] draws;
    private final long[] serial;

    Ledger(int capacity) {
        partition = new int[capacity];
        offset = new long[capacity];
        simulation = new long[capacity];
        step = new int[capacity];
        draws = new int[capacity];
        serial = new long[capacity];
    }

    /** Enters a new sample, the {@code number}-th inserted, counted from 1. */
    void enter(
            int slot, int inPartition, long atOffset, long ofSimulation, int atStep, long number) {
        partition[slot] = inPartition;
        offset[slot] = atOffset;
        simulation[slot] = ofSimulation;
        step[slot] = atStep;
        draws[slot] = 0;
        serial[slot] = number;
    }

    /** Counts a draw and returns the draws so far. */
    int draw(int slot) {
        return ++draws[slot];
    }

    int partition(int slot) {
        return partition[slot];
    }

    long offset(int slot) {
        return offset[slot];
    }

    long simulation(int slot) {
        return simulation[slot];
    }

    int step(int slot) {
        return step[slot];
    }

    int draws(int slot) {
        return draws[slot];
    }

    void draws(int slot, int number) {
        draws[slot] = number;
    }

    /** Number of the slot's sample among all inserted, from 1. */
    long serial(int slot) {
        return serial[slot];
    }

    /** Writes the entries of the occupied slots, in the population's order. */
    void writeTo(DataOutput out, Population population) throws IOException {
        for (int place = 0; place < population.size(); place++) {
            int slot = population.slotAt(place);
            out.writeInt(partition[slot]);
            out.writeLong(offset[slot]);
            out.writeLong(simulation[slot]);
            out.writeInt(step[slot]);
            out.writeInt(draws[slot]);
            out.writeLong(serial[slot]);
        }
    }

    /** Reads what {@link #writeTo} wrote, and gives the population its insertion order. */
    static Ledger readFrom(DataInput in, Population population, long inserts) throws IOException {
        Ledger ledger = new Ledger(population.capacity());
        for (int place = 0; place < population.size(); place++) {
            ledger.readEntry(in, population.slotAt(place));
            ledger.checkEntry(population.slotAt(place), place < population.unseen(), inserts);
        }
        population.linkInOrder(ledger.inOrder(population));
        return ledger;
    }

    private void readEntry(DataInput in, int slot) throws IOException {
        partition[slot] = in.readInt();
        offset[slot] = in.readLong();
        simulation[slot] = in.readLong();
        step[slot] = in.readInt();
        draws[slot] = in.readInt();
        serial[slot] = in.readLong();
    }

    private void checkEntry(int slot, boolean unseen, long inserts) throws IOException {
        StateCheck.that(
                unseen ? draws[slot] == 0 : draws[slot] > 0,
                "%s sample of slot %d has %d draws",
                unseen ? "the unseen" : "the seen",
                slot,
                draws[slot]);
        StateCheck.that(
                serial[slot] > 0 && serial[slot] <= inserts,
                "the sample of slot %d is number %d of %d inserted",
                slot,
                serial[slot],
                inserts);
    }

    private int[] inOrder(Population population) throws IOException {
        int[] slots =
                IntStream.range(0, population.size())
                        .mapToObj(population::slotAt)
                        .sorted(Comparator.comparingLong(this::serial))
                        .mapToInt(Integer::intValue)
                        .toArray();
        for (int i = 1; i < slots.length; i++) {
            StateCheck.that(
                    serial[slots[i - 1]] < serial[slots[i]],
                    "slots %d and %d both hold the sample number %d",
                    slots[i - 1],
                    slots[i],
                    serial[slots[i]]);
        }
        return slots;
    }
}
