package io.penstock.reservoir;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * The simulations of a reservoir whose samples are windows of several steps: which windows there
 * are, which is drawn next, and which simulation makes room.
 *
 * <p>A draw takes the less used of two simulations chosen at random ("the power of two choices"),
 * so that all are used alike without any order being kept. In it a window that was never drawn has
 * precedence, any of them alike, so that a simulation is used up, and may make room, once each was
 * drawn; then any window is. Gaps are drawn alike, whatever the number of their windows.
 *
 * <p>Choosing costs O(steps of a simulation), whatever the capacity: a choice that does not fit is
 * made again a few times before the list is searched, which is rare. The order of the list matters
 * for what is drawn and is part of the state.
 */
final class Trajectories {
    private static final int TRIES = 16;

    private final Windows windows;
    private final List<Trajectory> list = new ArrayList<>();
    private final Map<Long, Trajectory> bySimulation = new HashMap<>();
    private final long[] count;
    private int usedUp;
    private long undrawn;

    /** Which simulation to choose. */
    private interface Condition {
        boolean isMet(Trajectory trajectory);
    }

    Trajectories(Windows windows) {
        this.windows = windows;
        this.count = new long[windows.gaps() + 1];
    }

    /** Steps of a window. */
    int windowSteps() {
        return windows.size();
    }

    /** Whether there is a window. */
    boolean canDraw() {
        return count[1] > 0;
    }

    /**
     * Whether a simulation can make room: a complete one whose windows have all been drawn or, when
     * every window there is has been drawn, so that waiting would not help, any.
     */
    boolean canMakeRoom() {
        return usedUp > 0 || undrawn == 0;
    }

    /** A gap for the next batch, such that there is a window of it; only if one can be drawn. */
    int gap(UniformRandomProvider rng) {
        int gap = windows.gaps() == 1 ? 1 : 1 + rng.nextInt(windows.gaps());
        while (count[gap] == 0) {
            gap--;
        }
        return gap;
    }

    /** Whether there is a window of a gap. */
    boolean has(int gap) {
        return count[gap] > 0;
    }

    void add(long simulation, int step, int slot, int draws, long serial) {
        Trajectory trajectory = bySimulation.get(simulation);
        if (trajectory == null) {
            trajectory = append(simulation);
        }
        total(trajectory, -1);
        trajectory.add(step, slot, draws, serial);
        total(trajectory, 1);
    }

    void remove(long simulation, int step, int draws) {
        Trajectory trajectory = of(simulation);
        total(trajectory, -1);
        trajectory.remove(step, draws);
        total(trajectory, 1);
        if (trajectory.held() == 0) {
            drop(trajectory);
        }
    }

    /** Counts the draw of a window that begins at a step. */
    void drawn(long simulation, int step) {
        Trajectory trajectory = of(simulation);
        total(trajectory, -1);
        trajectory.drawn(step);
        total(trajectory, 1);
    }

    private Trajectory of(long simulation) {
        Trajectory trajectory = bySimulation.get(simulation);
        if (trajectory == null) {
            throw new IllegalStateException("no step of simulation " + simulation + " is held");
        }
        return trajectory;
    }

    private Trajectory append(long simulation) {
        Trajectory trajectory = new Trajectory(windows, simulation);
        trajectory.place = list.size();
        list.add(trajectory);
        bySimulation.put(simulation, trajectory);
        return trajectory;
    }

    private void drop(Trajectory trajectory) {
        bySimulation.remove(trajectory.simulation());
        Trajectory moved = list.remove(list.size() - 1);
        if (moved != trajectory) {
            list.set(trajectory.place, moved);
            moved.place = trajectory.place;
        }
    }

    /** Adds what a simulation has to the totals, or takes it away before it changes. */
    private void total(Trajectory trajectory, int sign) {
        for (int gap = 1; gap < count.length; gap++) {
            count[gap] += (long) sign * trajectory.windows(gap);
        }
        usedUp += trajectory.isUsedUp() && trajectory.isComplete() ? sign : 0;
        undrawn += (long) sign * trajectory.undrawn();
    }

    /**
     * Chooses a window of a gap that there is and puts its slots into an array.
     *
     * @param earliest whether it is the first of its simulation, else any
     */
    void pick(int gap, boolean earliest, UniformRandomProvider rng, int[] slots, int at) {
        Trajectory one = choose(t -> t.windows(gap) > 0, rng);
        Trajectory other = choose(t -> t.windows(gap) > 0, rng);
        Trajectory trajectory = isLessUsed(other, one) ? other : one;
        int start = earliest ? first(trajectory, gap, 0) : any(trajectory, gap, rng);
        trajectory.window(start, gap, slots, at);
    }

    private static boolean isLessUsed(Trajectory one, Trajectory other) {
        return one.uses() * other.windows(1) < other.uses() * one.windows(1);
    }

    private int any(Trajectory trajectory, int gap, UniformRandomProvider rng) {
        int undrawn = trajectory.undrawn();
        if (undrawn > 0) {
            int start = trajectory.undrawn(rng.nextInt(undrawn));
            if (trajectory.hasWindow(start, gap)) {
                return start;
            }
        }
        int start = 0;
        for (int i = 0; i < TRIES; i++) {
            start = rng.nextInt(windows.starts(gap));
            if (trajectory.hasWindow(start, gap)) {
                return start;
            }
        }
        return first(trajectory, gap, start);
    }

    /** The first window from a step on, going round. */
    private int first(Trajectory trajectory, int gap, int from) {
        int start = from;
        while (!trajectory.hasWindow(start, gap)) {
            start = (start + 1) % windows.starts(gap);
        }
        return start;
    }

    /**
     * The slots of the simulation that makes room. First one that has waited for its next step for
     * as many inserts as there are slots, and has no window that was never drawn: it was given up.
     * Else a random one that is complete and used up, else the one that grew longest ago.
     *
     * @param inserts samples inserted so far
     * @param capacity slots there are
     */
    int[] leaving(UniformRandomProvider rng, long inserts, int capacity) {
        Trajectory oldest = list.get(0);
        for (Trajectory trajectory : list) {
            boolean isGivenUp = !trajectory.isComplete() && trajectory.undrawn() == 0;
            if (isGivenUp && inserts - trajectory.latest() >= capacity) {
                return slots(trajectory);
            }
            oldest = trajectory.latest() < oldest.latest() ? trajectory : oldest;
        }
        return usedUp == 0
                ? slots(oldest)
                : slots(choose(t -> t.isUsedUp() && t.isComplete(), rng));
    }

    /** The slots of all steps of simulations that have no windows. */
    int[] slotsWithoutWindows() {
        return list.stream()
                .filter(trajectory -> trajectory.windows(1) == 0)
                .flatMapToInt(trajectory -> Arrays.stream(slots(trajectory)))
                .toArray();
    }

    /** The slots of all steps of a simulation, if it has no windows; else none. */
    int[] slotsIfWithoutWindows(long simulation) {
        Trajectory trajectory = bySimulation.get(simulation);
        return trajectory == null || trajectory.windows(1) > 0 ? new int[0] : slots(trajectory);
    }

    /** The slots of all steps of a simulation. */
    private static int[] slots(Trajectory trajectory) {
        int[] slots = new int[trajectory.held()];
        int n = 0;
        for (int step = 0; n < slots.length; step++) {
            if (trajectory.holds(step)) {
                slots[n++] = trajectory.slot(step);
            }
        }
        return slots;
    }

    /** A random one that meets a condition, which one of them must. */
    private Trajectory choose(Condition condition, UniformRandomProvider rng) {
        Trajectory chosen = search(condition, rng.nextInt(list.size()), TRIES, rng);
        if (chosen == null) {
            throw new IllegalStateException("no simulation meets the condition");
        }
        return chosen;
    }

    private @Nullable Trajectory search(
            Condition condition, int first, int tries, UniformRandomProvider rng) {
        int place = first;
        for (int i = 0; i < tries; i++) {
            if (condition.isMet(list.get(place))) {
                return list.get(place);
            }
            place = rng.nextInt(list.size());
        }
        for (int i = 0; i < list.size(); i++) {
            Trajectory trajectory = list.get((place + i) % list.size());
            if (condition.isMet(trajectory)) {
                return trajectory;
            }
        }
        return null;
    }

    /** Writes the order of the list; what it holds, the ledger says. */
    void writeTo(DataOutput out) throws IOException {
        out.writeInt(list.size());
        for (Trajectory trajectory : list) {
            out.writeLong(trajectory.simulation());
        }
    }

    /** Reads what {@link #writeTo} wrote, of the samples that were read before. */
    static Trajectories readFrom(
            Windows windows, DataInput in, Population population, Ledger ledger)
            throws IOException {
        Trajectories trajectories = new Trajectories(windows);
        int size = in.readInt();
        StateCheck.that(
                size >= 0 && size <= population.size(),
                "%d simulations of %d samples",
                size,
                population.size());
        for (int i = 0; i < size; i++) {
            long simulation = in.readLong();
            StateCheck.that(
                    !trajectories.bySimulation.containsKey(simulation),
                    "simulation %d comes twice",
                    simulation);
            trajectories.append(simulation);
        }
        for (int place = 0; place < population.size(); place++) {
            trajectories.restore(ledger, population.slotAt(place));
        }
        StateCheck.that(
                trajectories.list.stream().allMatch(t -> t.held() > 0),
                "a simulation has no samples");
        return trajectories;
    }

    private void restore(Ledger ledger, int slot) throws IOException {
        long simulation = ledger.simulation(slot);
        int step = ledger.step(slot);
        Trajectory trajectory = bySimulation.get(simulation);
        StateCheck.that(
                trajectory != null
                        && step >= 0
                        && step < windows.steps()
                        && !trajectory.holds(step),
                "step %d of simulation %d does not belong there or comes twice",
                step,
                simulation);
        add(simulation, step, slot, ledger.draws(slot), ledger.serial(slot));
    }
}
