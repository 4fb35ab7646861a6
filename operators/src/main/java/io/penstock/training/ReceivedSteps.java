package io.penstock.training;

import io.penstock.sample.SampleKey;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which (simulation, step) pairs were received: one bitmap of steps per simulation. A solver that
 * is run again sends its steps again; they are recognised here.
 */
final class ReceivedSteps {
    private final Map<Long, RoaringBitmap> steps = new TreeMap<>();

    // The steps of a simulation mostly come one after another.
    private long lastSimulation = -1;
    private RoaringBitmap lastSteps = new RoaringBitmap();

    /** Marks the sample as received; false when it was already. */
    boolean add(SampleKey key) {
        if (key.simulation() != lastSimulation) {
            lastSimulation = key.simulation();
            lastSteps = steps.computeIfAbsent(lastSimulation, s -> new RoaringBitmap());
        }
        return lastSteps.checkedAdd(key.step());
    }

    /** Whether the sample was received. */
    boolean contains(SampleKey key) {
        RoaringBitmap found = steps.get(key.simulation());
        return found != null && found.contains(key.step());
    }

    /** Marks those that {@code other} has and that {@code mine} asks for. */
    void addAll(ReceivedSteps other, Predicate<SampleKey> mine) {
        other.steps.forEach(
                (simulation, bitmap) -> {
                    for (int step : bitmap) {
                        SampleKey key = new SampleKey(simulation, step);
                        if (mine.test(key)) {
                            add(key);
                        }
                    }
                });
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(steps.size());
        for (Map.Entry<Long, RoaringBitmap> entry : steps.entrySet()) {
            out.writeLong(entry.getKey());
            entry.getValue().runOptimize();
            entry.getValue().serialize(out);
        }
    }

    void readFrom(DataInput in) throws IOException {
        steps.clear();
        lastSimulation = -1;
        for (int left = in.readInt(); left > 0; left--) {
            long simulation = in.readLong();
            RoaringBitmap bitmap = new RoaringBitmap();
            bitmap.deserialize(in);
            steps.put(simulation, bitmap);
        }
    }
}
