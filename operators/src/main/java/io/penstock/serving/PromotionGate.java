package io.penstock.serving;

import io.penstock.setting.Check;
import java.io.Serializable;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a version that is clearly worse than the served one from being served: its validation loss
 * may be above the served one's by a share of it at most.
 *
 * <p>A version without a validation loss (or with one that is not finite) passes only while what is
 * served has none either: a study without validation never has one, and one that validates has one
 * from its first validation on, so that its absence tells of a training that began anew or lost its
 * way. The first version passes whatever its loss.
 *
 * @param worse the share; infinite to let everything pass
 */
public record PromotionGate(double worse) implements Serializable {
    /** Name of the metric that is compared. */
    public static final String METRIC = "validationLoss";

    /** Lets a version pass that is up to a tenth worse. */
    public static final PromotionGate DEFAULT = new PromotionGate(0.1);

    /** Lets every version pass. */
    public static final PromotionGate OFF = new PromotionGate(Double.POSITIVE_INFINITY);

    public PromotionGate {
        Check.that(worse >= 0, "gate", worse, "a share of 0 or above, or off");
    }

    /**
     * Why a version is not served; null when it may be.
     *
     * @param candidate metrics of the version
     * @param served metrics of what is served
     */
    @Nullable String refusal(Map<String, Double> candidate, Map<String, Double> served) {
        Double asked = finite(candidate.get(METRIC));
        Double best = finite(served.get(METRIC));
        if (Double.isInfinite(worse) || best == null) {
            return null;
        }
        if (asked == null) {
            return String.format(
                    Locale.ROOT, "it has no finite %s, and what is served has %.6g", METRIC, best);
        }
        double most = best * (1 + worse);
        return asked <= most
                ? null
                : String.format(
                        Locale.ROOT,
                        "its %s is %.6g; allowed: %.6g or below, %.6g %% above the %.6g of what is"
                                + " served",
                        METRIC,
                        asked,
                        most,
                        100 * worse,
                        best);
    }

    private static @Nullable Double finite(@Nullable Double value) {
        return value == null || !Double.isFinite(value) ? null : value;
    }
}
