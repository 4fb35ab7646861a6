package io.penstock.sample;

import io.penstock.setting.Check;
import java.io.Serializable;
import java.util.List;

/**
 * A field that a simulation outputs at every time step.
 *
 * @param name its name
 * @param unit its unit, empty when it has none
 * @param shape extent of each axis, slowest first
 * @param min smallest value the normaliser maps from (values below are allowed)
 * @param max largest value the normaliser maps from (values above are allowed)
 */
public record FieldSpec(String name, String unit, List<Integer> shape, double min, double max)
        implements Serializable {
    private static final int MAX_CELLS = 1 << 27;

    public FieldSpec {
        shape = List.copyOf(shape);
        Check.notBlank("name", name);
        long cells = 1;
        for (int extent : shape) {
            cells = extent < 1 || cells > MAX_CELLS ? 0 : cells * extent;
        }
        Check.that(
                !shape.isEmpty() && cells >= 1 && cells <= MAX_CELLS,
                "shape",
                shape,
                "one or more extents of 1 or above with at most " + MAX_CELLS + " cells in all");
        Check.that(Double.isFinite(min), "min", min, "a finite number");
        Check.that(
                Double.isFinite(max) && max > min, "max", max, "a number above min (" + min + ")");
    }

    /** Number of values: the product of the extents. */
    public int cells() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }
}
