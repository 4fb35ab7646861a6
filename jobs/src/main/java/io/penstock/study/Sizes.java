package io.penstock.study;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as people write them: {@code 16MiB}, {@code 500kB}, {@code 1048576}. */
public final class Sizes {
    private static final Pattern NOTATION =
            Pattern.compile("(\\d{1,12})\\s?(B|kB|MB|GB|KiB|MiB|GiB)?");
    private static final Map<String, Long> UNITS =
            Map.of(
                    "B",
                    1L,
                    "kB",
                    1_000L,
                    "MB",
                    1_000_000L,
                    "GB",
                    1_000_000_000L,
                    "KiB",
                    1L << 10,
                    "MiB",
                    1L << 20,
                    "GiB",
                    1L << 30);

    private Sizes() {}

    /** Reads a number of bytes; empty when the text is not one, or beyond 64 bits. */
    public static Optional<Long> parse(String text) {
        Matcher matcher = NOTATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String unit = matcher.group(2);
        long factor = unit == null ? 1 : UNITS.getOrDefault(unit, 1L);
        long number = Long.parseLong(matcher.group(1));
        return number > Long.MAX_VALUE / factor ? Optional.empty() : Optional.of(number * factor);
    }

    /** Writes a number of bytes to three digits or so, in the binary unit that fits. */
    public static String format(long bytes) {
        if (bytes < 1 << 10) {
            return bytes + " B";
        }
        String[] units = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
        double value = bytes;
        int unit = -1;
        while (value >= 1024) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, value < 10 ? "%.2f %s" : "%.1f %s", value, units[unit]);
    }
}
