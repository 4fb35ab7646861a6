package io.penstock.compare;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Sentences about results. */
final class Findings {
    private Findings() {}

    /**
     * By how much one error is below another.
     *
     * @param asked the least that was asked for, in per cent; null when nothing was
     */
    static String against(
            String name,
            ArmOutcome one,
            String otherName,
            ArmOutcome other,
            @Nullable Integer asked) {
        double below = one.percentBelow(other);
        String text =
                String.format(
                        Locale.ROOT,
                        "%s: error %.3g against %.3g %s, %s",
                        name,
                        one.meanError(),
                        other.meanError(),
                        otherName,
                        below >= 0
                                ? String.format(Locale.ROOT, "%.0f %% below", below)
                                : String.format(Locale.ROOT, "%.0f %% above", -below));
        return asked == null
                ? text
                : text
                        + ", asked: "
                        + asked
                        + " % ("
                        + (below >= asked ? "reached" : "missed")
                        + ")";
    }
}
