package io.penstock.solver;

import io.penstock.setting.Check;
import java.io.Serializable;
import java.util.List;

/**
 * A field that a solver computes at every time step.
 *
 * @param name its name
 * @param shape extent of each axis, slowest first
 */
public record SolverField(String name, List<Integer> shape) implements Serializable {
    public SolverField {
        shape = List.copyOf(shape);
        Check.notBlank("name", name);
        Check.that(
                !shape.isEmpty() && shape.stream().allMatch(extent -> extent >= 1),
                "shape",
                shape,
                "one or more extents of 1 or above");
    }

    /** The values of the only field of a solver, if that is the one asked for. */
    static double[] only(int index, String solver, double[] values) {
        if (index != 0) {
            throw new IndexOutOfBoundsException(
                    "field " + index + "; " + solver + " has field 0 only");
        }
        return values;
    }

    /** Number of values: the product of the extents. */
    public int cells() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }
}
