package io.penstock.reservoir;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The steps of one simulation that a reservoir holds, and the windows that can be drawn from them:
 * those whose steps are all there.
 */
final class Trajectory {
    private final Windows windows;
    private final long simulation;
    private final int[] slotAt;
    private final boolean[] isDrawn;
    private final int[] count;
    private final BitSet undrawn = new BitSet();
    private final long[] serialAt;
    private int held;
    private long latest;
    private long uses;

    /** Its place in the list of all. */
    int place;

    Trajectory(Windows windows, long simulation) {
        this.windows = windows;
        this.simulation = simulation;
        this.slotAt = new int[windows.steps()];
        this.isDrawn = new boolean[windows.steps()];
        this.count = new int[windows.gaps() + 1];
        this.serialAt = new long[windows.steps()];
        Arrays.fill(slotAt, Population.NONE);
    }

    long simulation() {
        return simulation;
    }

    /** Steps held. */
    int held() {
        return held;
    }

    /** Windows of a gap. */
    int windows(int gap) {
        return count[gap];
    }

    /** Draws of the windows that begin at the steps held. */
    long uses() {
        return uses;
    }

    /** Whether windows were drawn from it and none is left that never was. */
    boolean isUsedUp() {
        return count[1] > 0 && undrawn.isEmpty();
    }

    /** Whether its last step has come. */
    boolean isComplete() {
        return holds(windows.steps() - 1);
    }

    /** Number, among all inserts, of the step held that came last; 0 when none is held. */
    long latest() {
        return latest;
    }

    boolean holds(int step) {
        return slotAt[step] != Population.NONE;
    }

    /** The slot of a step, or {@link Population#NONE}. */
    int slot(int step) {
        return slotAt[step];
    }

    /**
     * Takes a step in.
     *
     * @param draws draws it has had as the begin of a window
     * @param serial its number among all inserts
     */
    void add(int step, int slot, int draws, long serial) {
        slotAt[step] = slot;
        serialAt[step] = serial;
        latest = Math.max(latest, serial);
        isDrawn[step] = draws > 0;
        uses += draws;
        held++;
        recount(step, 1);
    }

    /** Lets a step go, which began windows that were drawn so often. */
    void remove(int step, int draws) {
        recount(step, -1);
        slotAt[step] = Population.NONE;
        serialAt[step] = 0;
        latest = Arrays.stream(serialAt).max().orElse(0);
        uses -= draws;
        held--;
    }

    /** Counts a draw of a window that begins at a step. */
    void drawn(int step) {
        uses++;
        if (!isDrawn[step]) {
            isDrawn[step] = true;
            undrawn.clear(step);
        }
    }

    /** Counts the windows that a step, held at this moment, is part of. */
    private void recount(int step, int change) {
        for (int gap = 1; gap <= windows.gaps(); gap++) {
            for (int i = 0; i < windows.size(); i++) {
                int start = step - windows.step(0, i, gap);
                if (hasWindow(start, gap)) {
                    count[gap] += change;
                    if (gap == 1 && !isDrawn[start]) {
                        undrawn.set(start, change > 0);
                    }
                }
            }
        }
    }

    /** Windows of gap 1 that were never drawn. */
    int undrawn() {
        return undrawn.cardinality();
    }

    /** Where the {@code n}-th of them begins, from 0. */
    int undrawn(int n) {
        int start = undrawn.nextSetBit(0);
        for (int i = 0; i < n; i++) {
            start = undrawn.nextSetBit(start + 1);
        }
        return start;
    }

    /** Whether all steps of the window are held. */
    boolean hasWindow(int start, int gap) {
        if (start < 0 || start >= windows.starts(gap)) {
            return false;
        }
        for (int i = 0; i < windows.size(); i++) {
            if (!holds(windows.step(start, i, gap))) {
                return false;
            }
        }
        return true;
    }

    /** Puts the slots of a window into an array. */
    void window(int start, int gap, int[] slots, int at) {
        for (int i = 0; i < windows.size(); i++) {
            slots[at + i] = slotAt[windows.step(start, i, gap)];
        }
    }
}
