package io.penstock.reservoir;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Which slots hold a sample, which of these were seen, and in which order they were inserted.
 *
 * <p>A permutation of the slots is kept partitioned as {@code [unseen | seen | free]}: a uniform
 * choice from either set is one array access, and a slot changes set by one or two swaps. A doubly
 * linked list threads the occupied slots from the oldest to the youngest. Everything but restoring
 * is O(1) and allocates nothing.
 */
final class Population {
    /** No slot. */
    static final int NONE = -1;

    private final int[] slotAt;
    private final int[] placeOf;
    private final int[] younger;
    private final int[] older;
    private int unseen;
    private int size;
    private int oldest = NONE;
    private int youngest = NONE;

    Population(int capacity) {
        slotAt = new int[capacity];
        placeOf = new int[capacity];
        younger = new int[capacity];
        older = new int[capacity];
        Arrays.setAll(slotAt, slot -> slot);
        Arrays.setAll(placeOf, place -> place);
    }

    int capacity() {
        return slotAt.length;
    }

    int size() {
        return size;
    }

    int unseen() {
        return unseen;
    }

    int seen() {
        return size - unseen;
    }

    boolean isOccupied(int slot) {
        return placeOf[slot] < size;
    }

    boolean isUnseen(int slot) {
        return placeOf[slot] < unseen;
    }

    /** The slot at a place: the unseen come first, then the seen, then the free slots. */
    int slotAt(int place) {
        return slotAt[place];
    }

    /** The slot whose sample was inserted first, or {@link #NONE}. */
    int oldest() {
        return oldest;
    }

    /** The occupied slot whose sample was inserted next after this slot's, or {@link #NONE}. */
    int younger(int slot) {
        return younger[slot];
    }

    /** Takes a free slot for a new, unseen sample; there must be one. */
    int insert() {
        int slot = slotAt[size];
        swap(size, unseen);
        unseen++;
        size++;
        linkYoungest(slot);
        return slot;
    }

    /** Moves an unseen slot to the seen. */
    void see(int slot) {
        unseen--;
        swap(placeOf[slot], unseen);
    }

    /** Frees an occupied slot. */
    void remove(int slot) {
        if (isUnseen(slot)) {
            see(slot);
        }
        size--;
        swap(placeOf[slot], size);
        unlink(slot);
    }

    private void swap(int place, int other) {
        int slot = slotAt[place];
        int otherSlot = slotAt[other];
        slotAt[place] = otherSlot;
        placeOf[otherSlot] = place;
        slotAt[other] = slot;
        placeOf[slot] = other;
    }

    private void linkYoungest(int slot) {
        older[slot] = youngest;
        younger[slot] = NONE;
        if (youngest == NONE) {
            oldest = slot;
        } else {
            younger[youngest] = slot;
        }
        youngest = slot;
    }

    private void unlink(int slot) {
        if (older[slot] == NONE) {
            oldest = younger[slot];
        } else {
            younger[older[slot]] = younger[slot];
        }
        if (younger[slot] == NONE) {
            youngest = older[slot];
        } else {
            older[younger[slot]] = older[slot];
        }
    }

    /** Writes the sets and the permutation; the insertion order is the ledger's. */
    void writeTo(DataOutput out) throws IOException {
        out.writeInt(unseen);
        out.writeInt(seen());
        for (int slot : slotAt) {
            out.writeInt(slot);
        }
    }

    /** Reads what {@link #writeTo} wrote; {@link #linkInOrder} must follow. */
    static Population readFrom(int capacity, DataInput in) throws IOException {
        int unseen = in.readInt();
        int seen = in.readInt();
        StateCheck.that(
                unseen >= 0 && seen >= 0 && (long) unseen + seen <= capacity,
                "%d unseen and %d seen samples in %d slots",
                unseen,
                seen,
                capacity);
        Population population = new Population(capacity);
        population.unseen = unseen;
        population.size = unseen + seen;
        population.readPermutation(in);
        return population;
    }

    private void readPermutation(DataInput in) throws IOException {
        Arrays.fill(placeOf, NONE);
        for (int place = 0; place < slotAt.length; place++) {
            int slot = in.readInt();
            StateCheck.that(
                    slot >= 0 && slot < slotAt.length && placeOf[slot] == NONE,
                    "slot %d at place %d is not one of the %d slots or comes twice",
                    slot,
                    place,
                    slotAt.length);
            slotAt[place] = slot;
            placeOf[slot] = place;
        }
    }

    /** Gives a restored population its insertion order: all occupied slots, the oldest first. */
    void linkInOrder(int[] slots) {
        for (int slot : slots) {
            linkYoungest(slot);
        }
    }
}
