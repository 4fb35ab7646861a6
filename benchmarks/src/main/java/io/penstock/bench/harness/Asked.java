package io.penstock.bench.harness;

import java.util.Locale;

/**
 * What a ratio is asked to be.
 *
 * @param bound how it is bound
 * @param value by what
 */
public record Asked(Bound bound, double value) {
    /** How a ratio is bound. */
    public enum Bound {
        /** It is at least the value. */
        AT_LEAST,
        /** It is at most the value. */
        AT_MOST,
        /** It differs from 1 by at most the value. */
        NEAR_ONE
    }

    /** At least {@code value}. */
    public static Asked atLeast(double value) {
        return new Asked(Bound.AT_LEAST, value);
    }

    /** At most {@code value}. */
    public static Asked atMost(double value) {
        return new Asked(Bound.AT_MOST, value);
    }

    /** Between {@code 1 - value} and {@code 1 + value}. */
    public static Asked nearOne(double value) {
        return new Asked(Bound.NEAR_ONE, value);
    }

    /** Whether a ratio is as asked. */
    public boolean isMet(double ratio) {
        return switch (bound) {
            case AT_LEAST -> ratio >= value;
            case AT_MOST -> ratio <= value;
            case NEAR_ONE -> Math.abs(ratio - 1) <= value;
        };
    }

    @Override
    public String toString() {
        return switch (bound) {
            case AT_LEAST -> "≥ " + shown(value);
            case AT_MOST -> "≤ " + shown(value);
            case NEAR_ONE -> shown(1 - value) + " to " + shown(1 + value);
        };
    }

    private static String shown(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }
}
