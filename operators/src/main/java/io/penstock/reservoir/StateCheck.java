package io.penstock.reservoir;

import java.io.IOException;
import java.util.Locale;

/** Checks on state read back. */
final class StateCheck {
    private StateCheck() {}

    /** Requires {@code sound} to hold of the state being read; the format says what is wrong. */
    static void that(boolean sound, String format, Object... values) throws IOException {
        if (!sound) {
            throw new IOException(
                    "cannot restore the reservoir: " + String.format(Locale.ROOT, format, values));
        }
    }
}
