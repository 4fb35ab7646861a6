package io.penstock.bench.harness;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures several sides in turn, A B A B …, so that what the machine does besides falls on all of
 * them alike.
 */
public final class SideBySide {
    private final String what;
    private final String unit;
    private final Map<String, Side> sides = new LinkedHashMap<>();
    private int warmUps;

    /** One side. */
    @FunctionalInterface
    public interface Side {
        /** Measures once. */
        double measure() throws Exception;
    }

    /**
     * @param what the case, for the progress
     * @param unit unit of what is measured
     */
    public SideBySide(String what, String unit) {
        this.what = what;
        this.unit = unit;
    }

    /** Adds a side; they are measured in the order they are added. */
    public SideBySide side(String name, Side side) {
        sides.put(name, side);
        return this;
    }

    /** First rounds, whose values are shown and forgotten, let the JVM compile what it needs. */
    public SideBySide withWarmUp(int rounds) {
        warmUps = rounds;
        return this;
    }

    /** Measures every side so many times, in turn. */
    public Measured measure(int runs, Progress progress) throws Exception {
        for (int round = 1; round <= warmUps; round++) {
            for (Map.Entry<String, Side> side : sides.entrySet()) {
                double value = side.getValue().measure();
                say(progress, "warm-up " + round + " of " + warmUps, side.getKey(), value);
            }
        }
        Map<String, List<Double>> found = new LinkedHashMap<>();
        for (int run = 1; run <= runs; run++) {
            for (Map.Entry<String, Side> side : sides.entrySet()) {
                double value = side.getValue().measure();
                found.computeIfAbsent(side.getKey(), name -> new ArrayList<>()).add(value);
                say(progress, "run " + run + " of " + runs, side.getKey(), value);
            }
        }
        Map<String, Values> values = new LinkedHashMap<>();
        found.forEach((name, all) -> values.put(name, new Values(all)));
        return new Measured(what, unit, values);
    }

    private void say(Progress progress, String run, String side, double value) {
        progress.say("%s, %s, %s: %s %s", what, run, side, Numbers.shown(value), unit);
    }

    /**
     * What was measured.
     *
     * @param what the case
     * @param unit unit of the values
     * @param sides values of each side
     */
    public record Measured(String what, String unit, Map<String, Values> sides) {
        /** The values of a side. */
        public Values of(String side) {
            return sides.getOrDefault(side, Values.NONE);
        }

        /** One side as ours and another as its reference. */
        public Row compare(String ours, String reference, @Nullable Asked asked) {
            return Row.compared(what, unit, of(ours), of(reference), asked);
        }
    }
}
