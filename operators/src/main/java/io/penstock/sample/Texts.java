package io.penstock.sample;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Values found in bad records, short and printable, for one-line messages. */
final class Texts {
    private static final int LONGEST = 40;

    private Texts() {}

    /** The first bytes as hex digits. */
    static String hex(byte[] bytes, int most) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(most, bytes.length));
    }

    /** UTF-8 text in quotes, cut and without control characters. */
    static String quoted(byte[] utf8, int start, int length) {
        int shown = Math.min(length, LONGEST);
        String text =
                new String(utf8, start, shown, StandardCharsets.UTF_8)
                        .replaceAll("\\p{Cntrl}", "\uFFFD");
        return '"' + text + (shown < length ? "…\" (" + length + " bytes)" : "\"");
    }

    static String quoted(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return quoted(utf8, 0, utf8.length);
    }

    /** The first {@code count} numbers in brackets. */
    static String list(int[] numbers, int count) {
        String shown = Arrays.toString(Arrays.copyOf(numbers, Math.min(count, numbers.length)));
        return count <= numbers.length ? shown : shown + "… (" + count + " extents)";
    }
}
