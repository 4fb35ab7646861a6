package io.penstock.bench.harness;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The values of several runs.
 *
 * @param all the values in the order of the runs; none when it was not measured
 */
public record Values(List<Double> all) {
    /** No value. */
    public static final Values NONE = new Values(List.of());

    public Values {
        all = List.copyOf(all);
    }

    /** The values given. */
    public static Values of(double... values) {
        return new Values(java.util.Arrays.stream(values).boxed().toList());
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** The median; not a number when there is no value. */
    public double median() {
        if (all.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = all.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** The smallest; not a number when there is none. */
    public double min() {
        return all.stream().mapToDouble(value -> value).min().orElse(Double.NaN);
    }

    /** The largest; not a number when there is none. */
    public double max() {
        return all.stream().mapToDouble(value -> value).max().orElse(Double.NaN);
    }

    /** Run by run, these over others, which were measured next to them. */
    public Values over(Values others) {
        return new Values(
                IntStream.range(0, Math.min(all.size(), others.all.size()))
                        .mapToObj(run -> all.get(run) / others.all.get(run))
                        .toList());
    }
}
