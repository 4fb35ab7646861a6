package io.penstock.training;

import io.penstock.sample.SampleKey;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.longlong.LongIterator;
import org.roaringbitmap.longlong.Roaring64NavigableMap;

/**
 * Which (simulation, step) pairs a shard has received. A solver that is run again sends its steps
 * again; they are recognised here.
 *
 * <p>Simulations under way have a bitmap of their steps each; those of which every step of the
 * shard has come are one bitmap of their ids, which for ids without gaps takes next to no memory
 * however many there are.
 */
final class ReceivedSteps {
    /** Version of the training state from which on whole simulations are kept apart. */
    private static final int WHOLE_SINCE = 3;

    private final int steps;
    private final int shards;
    private final int shard;
    private final Map<Long, RoaringBitmap> partial = new TreeMap<>();
    private final Roaring64NavigableMap whole = new Roaring64NavigableMap();

    // The steps of a simulation mostly come one after another.
    private long lastSimulation = -1;
    private @Nullable RoaringBitmap lastSteps; // Null for a whole one.

    /**
     * @param steps time steps of a simulation
     * @param shards number of shards
     * @param shard which of them this is for, from 0
     */
    ReceivedSteps(int steps, int shards, int shard) {
        this.steps = steps;
        this.shards = shards;
        this.shard = shard;
    }

    /** Marks the sample as received; false when it was already. */
    boolean add(SampleKey key) {
        if (key.simulation() != lastSimulation) {
            lastSimulation = key.simulation();
            lastSteps =
                    whole.contains(lastSimulation)
                            ? null
                            : partial.computeIfAbsent(lastSimulation, s -> new RoaringBitmap());
        }
        if (lastSteps == null || !lastSteps.checkedAdd(key.step())) {
            return false;
        }
        if (lastSteps.getCardinality() == stepsOf(lastSimulation)) {
            partial.remove(lastSimulation);
            whole.addLong(lastSimulation);
            lastSteps = null;
        }
        return true;
    }

    /** First step of a simulation that is the shard's; the others follow, one of each P. */
    private int firstStep(long simulation) {
        return (int) Math.floorMod(shard - simulation % shards, (long) shards);
    }

    /** How many steps of a simulation are the shard's, see {@link SampleKey#shard}. */
    private int stepsOf(long simulation) {
        int first = firstStep(simulation);
        return first < steps ? (steps - 1 - first) / shards + 1 : 0;
    }

    /** Whether the sample was received. */
    boolean contains(SampleKey key) {
        RoaringBitmap found = partial.get(key.simulation());
        return found == null ? whole.contains(key.simulation()) : found.contains(key.step());
    }

    /** Marks those that {@code other} has and that {@code mine} asks for. */
    void addAll(ReceivedSteps other, Predicate<SampleKey> mine) {
        other.partial.forEach(
                (simulation, bitmap) -> {
                    for (int step : bitmap) {
                        addIf(new SampleKey(simulation, step), mine);
                    }
                });
        for (LongIterator ids = other.whole.getLongIterator(); ids.hasNext(); ) {
            long simulation = ids.next();
            for (int step = other.firstStep(simulation); step < steps; step += other.shards) {
                addIf(new SampleKey(simulation, step), mine);
            }
        }
    }

    private void addIf(SampleKey key, Predicate<SampleKey> mine) {
        if (mine.test(key)) {
            add(key);
        }
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(partial.size());
        for (Map.Entry<Long, RoaringBitmap> entry : partial.entrySet()) {
            out.writeLong(entry.getKey());
            entry.getValue().runOptimize();
            entry.getValue().serialize(out);
        }
        whole.runOptimize();
        whole.serializePortable(out);
    }

    /**
     * @param version of the training state
     */
    void readFrom(DataInput in, int version) throws IOException {
        partial.clear();
        whole.clear();
        lastSimulation = -1;
        for (int left = in.readInt(); left > 0; left--) {
            long simulation = in.readLong();
            RoaringBitmap bitmap = new RoaringBitmap();
            bitmap.deserialize(in);
            partial.put(simulation, bitmap);
        }
        if (version >= WHOLE_SINCE) {
            whole.deserializePortable(in);
        } else {
            gatherWhole();
        }
    }

    private void gatherWhole() {
        for (Iterator<Map.Entry<Long, RoaringBitmap>> all = partial.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<Long, RoaringBitmap> entry = all.next();
            if (entry.getValue().getCardinality() == stepsOf(entry.getKey())) {
                whole.addLong(entry.getKey());
                all.remove();
            }
        }
    }

    /** Simulations whose steps are kept one by one. */
    int underWay() {
        return partial.size();
    }
}
