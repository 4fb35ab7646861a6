package io.penstock.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers as people read them. */
final class Human {
    private static final String[] BYTES = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Human() {}

    /** A count with its thousands apart. */
    static String count(@Nullable Long count) {
        return count == null ? "not known" : String.format(Locale.ROOT, "%,d", count);
    }

    /** Four significant digits, with an exponent only where zeros would pile up. */
    static String number(@Nullable Double value) {
        return value == null ? "not known" : digits(value, 4);
    }

    /** The label of a tick: as short as the number allows. */
    static String tick(double value) {
        return digits(value, 6);
    }

    private static String digits(double value, int significant) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "not a number" : value > 0 ? "∞" : "-∞";
        }
        double size = Math.abs(value);
        if (size < 1e-12 && size < Double.MIN_NORMAL) {
            return "0";
        }
        BigDecimal rounded =
                new BigDecimal(value).round(new MathContext(significant)).stripTrailingZeros();
        if (size >= 1e-4 && size < 1e9) {
            return size < 1e4
                    ? rounded.toPlainString()
                    : String.format(Locale.ROOT, "%,d", Math.round(value));
        }
        int exponent = rounded.precision() - rounded.scale() - 1;
        return rounded.movePointLeft(exponent).stripTrailingZeros().toPlainString()
                + "e"
                + exponent;
    }

    /** A part of a whole, given from 0 to 1. */
    static String percent(@Nullable Double part) {
        return part == null ? "not known" : String.format(Locale.ROOT, "%.1f %%", 100 * part);
    }

    /** A length of time in its two largest units. */
    static String duration(@Nullable Double seconds) {
        if (seconds == null) {
            return "not known";
        }
        if (seconds < 59.95) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole / 60 % 60);
    }

    /** A number of bytes in the largest binary unit that keeps it at 1 or above. */
    static String bytes(@Nullable Long bytes) {
        if (bytes == null) {
            return "not known";
        }
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < BYTES.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, BYTES[unit]);
    }
}
