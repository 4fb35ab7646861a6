package io.penstock.run;

import java.util.OptionalInt;

/**
 * How one may look at a run while it goes on.
 *
 * @param dashboard whether and how it shows itself in a browser
 * @param metricsPort port at which a Flink in this process shows its metrics; none for no metrics
 */
public record Watching(DashboardChoice dashboard, OptionalInt metricsPort) {
    /** Not at all. */
    public static final Watching NONE = new Watching(DashboardChoice.NONE, OptionalInt.empty());
}
