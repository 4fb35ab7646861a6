package io.penstock.solver;

import io.penstock.sample.Quantity;
import io.penstock.setting.Check;
import java.util.List;

/** The box spanned by the ranges of the parameters. */
record Box(List<Quantity> ranges) {
    Box {
        ranges = List.copyOf(ranges);
        Check.that(!ranges.isEmpty(), "parameters", ranges, "one or more parameters");
    }

    int dimensions() {
        return ranges.size();
    }

    /** Scales a point of the unit cube into the box, in place. */
    double[] scale(double[] unit) {
        for (int d = 0; d < unit.length; d++) {
            Quantity range = ranges.get(d);
            // The weighted mean, as max - min may overflow; rounding must not leave the range.
            double value = range.min() * (1 - unit[d]) + range.max() * unit[d];
            unit[d] = Math.min(range.max(), Math.max(range.min(), value));
        }
        return unit;
    }
}
