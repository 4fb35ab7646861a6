package io.penstock.reservoir;

import io.penstock.sample.SampleForm;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.EOFException;
import java.io.IOException;
import java.util.function.IntConsumer;
import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * Who is in the buffer between the solvers and the trainer: which slot holds which sample, which
 * slot a new sample takes, and which samples a batch is made of. The rows themselves lie elsewhere,
 * in a {@link SlotStore}.
 *
 * <p>The buffer is a composition of a draw policy, an eviction policy, a number of draws per stay
 * and a threshold; {@link ReservoirSpec.Kind} names the presets:
 *
 * <table>
 * <caption>The presets; C is the capacity, T the threshold.</caption>
 * <tr><th>preset <th>insert <th>draw <th>a sample leaves
 * <tr><td>FIFO <td>refused when size = C <td>the oldest; when size &gt; 0 <td>at its draw
 * <tr><td>FIRO <td>refused when size = C <td>uniform; when size &gt; T or reception is over <td>at
 *   its last of {@code pseudo-epochs} draws
 * <tr><td>RESERVOIR <td>when size = C evicts a uniformly random seen sample; refused when unseen = C
 *   <td>uniform; when size &gt; T or reception is over <td>by eviction or, once reception is over,
 *   at its next draw
 * <tr><td>SIM_PAIRED <td>when size = C evicts a complete simulation whose windows have all been
 *   drawn; refused when there is none, unless every window has been drawn <td>the less used of two random simulations, in it a window never drawn, else any; as
 *   RESERVOIR <td>with its simulation or, once reception is over, by a draw, the first window of a
 *   simulation before the others
 * </table>
 *
 * <p>With SIM_PAIRED a draw takes a <em>window</em>: several steps of one simulation, see {@link
 * SampleForm}; no step is stored twice. The draw counts for the step where the window begins, so
 * the last steps of a simulation stay unseen and leave with it.
 *
 * <p>With a {@linkplain NewestSpec share of new samples} some of the uniform draws are from the
 * last samples inserted instead.
 *
 * <p>Draws are with replacement: a sample that does not leave may come again, in the same batch
 * too. Inserts, draws and evictions cost O(1) whatever the capacity and allocate nothing; with
 * SIM_PAIRED O(steps of a simulation), and an eviction looks at each simulation once. Decisions
 * depend on the order of calls and on the generator alone, and {@link #writeTo} keeps both, so a
 * restored reservoir decides bit for bit like one that was never interrupted. Not thread-safe.
 *
 * <p>Source: arXiv 2309.16743 (the three buffers); the composition is that of Reverb's tables.
 */
public final class Reservoir {
    private static final int MAGIC = 0x50535256; // "PSRV"
    private static final int VERSION = 1;

    private final ReservoirSpec.Kind kind;
    private final BufferPolicy policy;
    private final RestorableUniformRandomProvider rng;
    private final Population population;
    private final Ledger ledger;
    private final Counters counters;
    private final @Nullable Trajectories trajectories;
    private final @Nullable Newest newest;
    private boolean receptionOver;
    private int gap = 1;

    private Reservoir(
            ReservoirSpec spec,
            RestorableUniformRandomProvider rng,
            Population population,
            Ledger ledger,
            Counters counters,
            @Nullable Trajectories trajectories) {
        this.kind = spec.kind();
        this.policy = BufferPolicy.of(spec);
        this.rng = rng;
        this.population = population;
        this.ledger = ledger;
        this.counters = counters;
        this.trajectories = trajectories;
        this.newest =
                spec.newest().share() > 0 ? Newest.of(spec.newest(), population, ledger) : null;
    }

    /** An empty reservoir whose samples are single steps. */
    public static Reservoir create(ReservoirSpec spec, RestorableUniformRandomProvider rng) {
        return create(spec, SampleForm.DIRECT, 1, rng);
    }

    /**
     * An empty reservoir.
     *
     * @param form what a sample of the training consists of
     * @param steps time steps of a simulation
     * @param rng what random decisions are taken from
     */
    public static Reservoir create(
            ReservoirSpec spec, SampleForm form, int steps, RestorableUniformRandomProvider rng) {
        return new Reservoir(
                spec,
                rng,
                new Population(spec.capacity()),
                new Ledger(spec.capacity()),
                new Counters(new DrawTally()),
                isPaired(spec) ? new Trajectories(new Windows(form, steps)) : null);
    }

    private static boolean isPaired(ReservoirSpec spec) {
        return spec.kind() == ReservoirSpec.Kind.SIM_PAIRED;
    }

    /**
     * Whether an insert is possible now; if not, draws make it so. Never once reception is over.
     */
    public boolean acceptsInsert() {
        return !receptionOver
                && (population.size() < population.capacity()
                        || (trajectories == null
                                ? policy.eviction().canEvict(population)
                                : trajectories.canMakeRoom()));
    }

    /**
     * Inserts a sample as unseen, evicting another first when every slot is taken.
     *
     * @param partition partition of the log where it lies
     * @param offset its offset there
     * @param simulation its simulation
     * @param step its time step
     * @return the slot its row goes to
     * @throws IllegalStateException if {@link #acceptsInsert} does not hold
     */
    public int insert(int partition, long offset, long simulation, int step) {
        if (!acceptsInsert()) {
            throw new IllegalStateException(
                    String.format(
                            "insert of simulation %d, step %d (%d@%d) refused: %s",
                            simulation, step, partition, offset, whyRefused()));
        }
        if (population.size() == population.capacity()) {
            evict();
        }
        int slot = population.insert();
        counters.inserts++;
        ledger.enter(slot, partition, offset, simulation, step, counters.inserts);
        if (newest != null) {
            newest.enter(slot, counters.inserts);
        }
        if (trajectories != null) {
            trajectories.add(simulation, step, slot, 0, counters.inserts);
        }
        return slot;
    }

    private void evict() {
        if (trajectories == null) {
            leave(policy.eviction().pick(population, rng));
            counters.evicted++;
            return;
        }
        for (int slot : trajectories.leaving(rng, counters.inserts, capacity())) {
            leave(slot);
            counters.evicted++;
        }
    }

    /**
     * Inserts a sample that another reservoir held, with the draws it had there. Nothing is evicted
     * for it.
     *
     * @param draws how often it was drawn; 0 for an unseen one
     * @return the slot its row goes to
     * @throws IllegalStateException if every slot is taken
     */
    public int adopt(int partition, long offset, long simulation, int step, int draws) {
        if (population.size() == population.capacity()) {
            throw new IllegalStateException("every slot is taken; adopt into free slots only");
        }
        if (trajectories != null) {
            throw new IllegalStateException("windows of several steps cannot be dealt out again");
        }
        int slot = insert(partition, offset, simulation, step);
        if (draws > 0) {
            population.see(slot);
            ledger.draws(slot, draws);
            counters.draws += draws;
        }
        return slot;
    }

    /** Counts the samples that have left another reservoir as if they had left this one. */
    public void addDeparted(Departed departed) {
        counters.inserts += departed.evicted() + departed.drained() + departed.lost();
        counters.evicted += departed.evicted();
        counters.drained += departed.drained();
        counters.lost += departed.lost();
        counters.draws += departed.draws().total();
        counters.tally.add(departed.draws());
    }

    /** The samples that have left. */
    public Departed departed() {
        return new Departed(evicted(), drained(), lost(), drawStatistics());
    }

    /** Draws of the slot's sample. */
    public int draws(int slot) {
        return ledger.draws(slot);
    }

    private String whyRefused() {
        return receptionOver
                ? "reception is over"
                : String.format(
                        "%s holds %d unseen and %d seen samples in %d slots; draw first",
                        kind, unseen(), seen(), capacity());
    }

    /** Whether a draw is possible now. */
    public boolean canDraw() {
        return policy.canDraw(population, receptionOver)
                && (trajectories == null || trajectories.canDraw());
    }

    /** Slots that a sample of a batch consists of: 1, or the steps of a window. */
    public int slotsPerDraw() {
        return trajectories == null ? 1 : trajectories.windowSteps();
    }

    /** The gap of the windows drawn last, see {@link SampleForm}; 1 where there are none. */
    public int gap() {
        return gap;
    }

    /** Until reception is over, draws are allowed above this many samples: 0 for FIFO. */
    public int threshold() {
        return policy.threshold();
    }

    /**
     * Whether a batch of {@code n} draws should be taken now: either all {@code n} are sure to
     * succeed, or waiting for more samples is pointless because none can be inserted before a draw.
     */
    public boolean canFill(int n) {
        return canDraw()
                && (policy.drawsPerStay() == BufferPolicy.UNTIL_DRAINED
                        || population.size() - policy.threshold() >= n
                        || !acceptsInsert());
    }

    /**
     * Draws up to {@code max} samples, one after another. Fewer come only when the draws removed
     * the last samples or, during reception, when they brought drawing to its end: FIRO down to its
     * threshold, FIFO empty.
     *
     * <p>A draw that removes its sample frees the slot, but nothing overwrites a slot before the
     * next {@link #insert}: until then the row, and what {@link #age}, {@link #partition}, {@link
     * #offset}, {@link #simulation} and {@link #step} say of it, remain those of the drawn sample.
     * So gather the batch before inserting.
     *
     * @param max most samples to draw, at most the lengths of the arrays
     * @param slots receives the slots drawn, {@link #slotsPerDraw} of each sample after those of
     *     the other; a slot may come several times
     * @param fresh receives whether each draw was its sample's first
     * @return the number of samples drawn
     */
    public int drawBatch(int max, int[] slots, boolean[] fresh) {
        int width = slotsPerDraw();
        if (max < 0 || (long) max * width > slots.length || max > fresh.length) {
            throw new IllegalArgumentException(
                    String.format(
                            "a batch of %d samples does not fit arrays of %d slots and %d flags",
                            max, slots.length, fresh.length));
        }
        if (trajectories != null && max > 0 && canDraw()) {
            gap = trajectories.gap(rng);
        }
        int drawn = 0;
        while (drawn < max && canDraw() && (trajectories == null || trajectories.has(gap))) {
            int at = drawn * width;
            if (trajectories == null) {
                slots[at] = pick();
            } else {
                trajectories.pick(gap, receptionOver, rng, slots, at);
            }
            fresh[drawn] = draw(slots[at]);
            drawn++;
        }
        return drawn;
    }

    private int pick() {
        int slot =
                newest == null
                        ? Population.NONE
                        : newest.pick(population, ledger, counters.inserts, rng);
        return slot == Population.NONE ? policy.draw().pick(population, rng) : slot;
    }

    /** Draws the slot's sample and says whether it was its first draw. */
    private boolean draw(int slot) {
        boolean first = population.isUnseen(slot);
        if (first) {
            population.see(slot);
        }
        counters.draws++;
        int draws = ledger.draw(slot);
        if (trajectories != null) {
            trajectories.drawn(ledger.simulation(slot), ledger.step(slot));
        }
        if (policy.leavesAfter(draws, receptionOver)) {
            leave(slot);
            counters.drained++;
            dropRest(slot);
        }
        return first;
    }

    /** Once reception is over, lets steps go from which no window begins or will. */
    private void dropRest(int slot) {
        if (trajectories != null && receptionOver) {
            drain(trajectories.slotsIfWithoutWindows(ledger.simulation(slot)));
        }
    }

    private void drain(int[] slots) {
        for (int slot : slots) {
            leave(slot);
            counters.drained++;
        }
    }

    private void leave(int slot) {
        counters.tally.add(ledger.draws(slot));
        population.remove(slot);
        if (trajectories != null) {
            trajectories.remove(ledger.simulation(slot), ledger.step(slot), ledger.draws(slot));
        }
    }

    /**
     * Removes a sample that can no longer be read after a restore, seen or unseen; it counts as
     * lost.
     *
     * @throws IllegalArgumentException if the slot holds no sample
     */
    public void remove(int slot) {
        if (slot < 0 || slot >= capacity() || !population.isOccupied(slot)) {
            throw new IllegalArgumentException(
                    "slot " + slot + " of " + capacity() + " holds no sample to remove");
        }
        leave(slot);
        counters.lost++;
    }

    /**
     * After samples were removed: once reception is over, lets go what cannot be drawn any more, so
     * that the reservoir still drains to the last sample.
     */
    public void settle() {
        if (trajectories != null && receptionOver) {
            drain(trajectories.slotsWithoutWindows());
        }
    }

    /** Says that no insert will follow: the threshold falls away and draws drain the reservoir. */
    public void receptionOver() {
        if (!receptionOver && trajectories != null) {
            drain(trajectories.slotsWithoutWindows());
        }
        receptionOver = true;
    }

    /** Whether {@link #receptionOver()} was called. */
    public boolean isReceptionOver() {
        return receptionOver;
    }

    /** Samples held, seen and unseen. */
    public int size() {
        return population.size();
    }

    /** Samples held that were drawn at least once. */
    public int seen() {
        return population.seen();
    }

    /** Samples held that were never drawn. */
    public int unseen() {
        return population.unseen();
    }

    /** Number of slots. */
    public int capacity() {
        return population.capacity();
    }

    /** Samples inserted so far: those held, evicted, drained and lost. */
    public long inserts() {
        return counters.inserts;
    }

    /** Draws so far, repeated ones included. */
    public long draws() {
        return counters.draws;
    }

    /** Samples that left to make room for another. */
    public long evicted() {
        return counters.evicted;
    }

    /** Samples that left by a draw. */
    public long drained() {
        return counters.drained;
    }

    /** Samples that {@link #remove} took. */
    public long lost() {
        return counters.lost;
    }

    /** Draws per sample, over the samples that have left. */
    public DrawStatistics drawStatistics() {
        return counters.tally.snapshot();
    }

    /** Inserts since that of the slot's sample; as the next four, of the last sample put there. */
    public long age(int slot) {
        return counters.inserts - ledger.serial(slot);
    }

    /** Partition of the log where the slot's sample lies. */
    public int partition(int slot) {
        return ledger.partition(slot);
    }

    /** Offset of the slot's sample in its partition. */
    public long offset(int slot) {
        return ledger.offset(slot);
    }

    /** Simulation of the slot's sample. */
    public long simulation(int slot) {
        return ledger.simulation(slot);
    }

    /** Time step of the slot's sample. */
    public int step(int slot) {
        return ledger.step(slot);
    }

    /** Visits the slots that hold a sample, the oldest first; the visitor may remove its slot. */
    public void forEachOccupied(IntConsumer visitor) {
        int slot = population.oldest();
        while (slot != Population.NONE) {
            int next = population.younger(slot);
            visitor.accept(slot);
            slot = next;
        }
    }

    /**
     * Writes everything the next decisions and reports depend on, about 40 bytes per sample: the
     * magic number and the version, then the preset, the counters, the statistics, the order of the
     * slots, the entry of each sample and the state of the generator. The rows are not written.
     */
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeByte(code(kind));
        out.writeInt(capacity());
        out.writeBoolean(receptionOver);
        counters.writeTo(out);
        population.writeTo(out);
        ledger.writeTo(out, population);
        if (trajectories != null) {
            trajectories.writeTo(out);
        }
        RandomState.write(rng, out);
    }

    /**
     * Reads a reservoir back. The threshold, the pseudo-epochs and the share of new samples are
     * those of {@code spec}, so that a study may change them between two runs.
     *
     * @param rng a generator of the kind that was written; receives its state
     * @throws IOException if the state is of another preset or capacity, of an unknown version, not
     *     a reservoir's, cut short or contradicts itself
     */
    public static Reservoir readFrom(
            ReservoirSpec spec,
            SampleForm form,
            int steps,
            RestorableUniformRandomProvider rng,
            DataInput in)
            throws IOException {
        try {
            readHeader(spec, in);
            boolean over = in.readBoolean();
            Counters counters = Counters.readFrom(in);
            Population population = Population.readFrom(spec.capacity(), in);
            Ledger ledger = Ledger.readFrom(in, population, counters.inserts);
            Trajectories trajectories =
                    isPaired(spec)
                            ? Trajectories.readFrom(
                                    new Windows(form, steps), in, population, ledger)
                            : null;
            Reservoir restored =
                    new Reservoir(spec, rng, population, ledger, counters, trajectories);
            restored.receptionOver = over;
            restored.checkSums();
            RandomState.read(rng, in);
            return restored;
        } catch (EOFException e) {
            throw new IOException("cannot restore the reservoir: its state ends early", e);
        }
    }

    private static void readHeader(ReservoirSpec spec, DataInput in) throws IOException {
        int magic = in.readInt();
        StateCheck.that(magic == MAGIC, "its state starts with %08x, not %08x", magic, MAGIC);
        int version = in.readInt();
        StateCheck.that(
                version == VERSION,
                "its state has version %d; versions 1 to %d can be read",
                version,
                VERSION);
        int code = in.readByte();
        int capacity = in.readInt();
        StateCheck.that(
                code == code(spec.kind()) && capacity == spec.capacity(),
                "its state is of a %s of capacity %d, the study asks for a %s of capacity %d",
                name(code),
                capacity,
                spec.kind(),
                spec.capacity());
    }

    private void checkSums() throws IOException {
        StateCheck.that(
                inserts() == size() + counters.left(),
                "%d inserts, but %d samples held and %d left",
                inserts(),
                size(),
                counters.left());
        long drawn = counters.tally.total();
        for (int place = 0; place < size(); place++) {
            drawn += ledger.draws(population.slotAt(place));
        }
        StateCheck.that(
                draws() == drawn, "%d draws, but its samples were drawn %d times", draws(), drawn);
    }

    /** Code of a preset in the state; never renumber, old states hold it. */
    private static int code(ReservoirSpec.Kind kind) {
        return switch (kind) {
            case FIFO -> 1;
            case FIRO -> 2;
            case RESERVOIR -> 3;
            case SIM_PAIRED -> 4;
        };
    }

    private static String name(int code) {
        for (ReservoirSpec.Kind kind : ReservoirSpec.Kind.values()) {
            if (code(kind) == code) {
                return kind.name();
            }
        }
        return "preset of unknown code " + code;
    }
}
