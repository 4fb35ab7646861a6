package io.penstock.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Round numbers along an axis: 1, 2 or 5 times a power of ten apart.
 *
 * @param values the numbers, ascending
 * @param labels what to write beside each
 */
record Ticks(List<Double> values, List<String> labels) {
    private static final int MOST_DECIMALS = 5;

    /** At most {@code most + 1} ticks from {@code min} to {@code max}. */
    static Ticks between(double min, double max, int most) {
        double rough = (max - min) / most;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = power * 10;
        for (int factor : new int[] {5, 2, 1}) {
            step = factor * power >= rough * (1 - 1e-9) ? factor * power : step;
        }
        List<Double> values = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (double n = Math.ceil(min / step - 1e-9); n * step <= max + 1e-9 * step; n++) {
            values.add(n * step);
            labels.add(label(n * step, step));
        }
        return new Ticks(List.copyOf(values), List.copyOf(labels));
    }

    private static String label(double value, double step) {
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        if (decimals > MOST_DECIMALS || Math.abs(value) >= 1e7) {
            return Human.tick(value);
        }
        return String.format(Locale.ROOT, "%." + decimals + "f", value + 0.0);
    }
}
