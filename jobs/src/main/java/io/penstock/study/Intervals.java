package io.penstock.study;

import io.penstock.setting.Check;
import java.time.Duration;

/** Checks of durations. */
final class Intervals {
    private Intervals() {}

    /** Requires a duration in the closed interval from {@code min} to {@code max}. */
    static void check(String key, Duration value, Duration min, Duration max) {
        Check.that(
                value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
                key,
                Durations.format(value),
                Durations.format(min) + " to " + Durations.format(max));
    }
}
