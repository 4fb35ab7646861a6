package io.penstock.bench.harness;

import java.util.Locale;

/** Numbers as the table shows them. */
public final class Numbers {
    private static final int DIGITS = 3;

    private Numbers() {}

    /** Three significant digits, and every digit before the point. */
    public static String shown(double value) {
        if (!Double.isFinite(value)) {
            return "-";
        }
        if (value == 0) {
            return "0";
        }
        int magnitude = (int) Math.floor(Math.log10(Math.abs(value)));
        return String.format(Locale.ROOT, "%,." + Math.max(0, DIGITS - 1 - magnitude) + "f", value);
    }

    /** The median, and in brackets the smallest and the largest. */
    public static String shown(Values values) {
        if (values.isEmpty()) {
            return "";
        }
        String median = shown(values.median());
        return values.all().size() == 1
                ? median
                : median + " (" + shown(values.min()) + " to " + shown(values.max()) + ")";
    }
}
