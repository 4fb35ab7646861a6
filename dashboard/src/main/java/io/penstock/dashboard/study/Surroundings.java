package io.penstock.dashboard.study;

import org.jspecify.annotations.Nullable;

/**
 * What is known of the broker.
 *
 * @param stale since when it does not answer, and why; null when it does
 * @param outputs records ever written to solver-outputs; NaN when that is not known
 * @param outputPartitions partitions of solver-outputs
 */
public record Surroundings(@Nullable String stale, double outputs, int outputPartitions) {
    /** Nothing is known yet. */
    public static final Surroundings UNKNOWN = new Surroundings(null, Double.NaN, 0);
}
