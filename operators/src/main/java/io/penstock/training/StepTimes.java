package io.penstock.training;

import org.jspecify.annotations.Nullable;

/** Where the time of training goes: sums over an interval, nanoseconds; not part of the state. */
final class StepTimes {
    /** One sample in so many is measured: looking at the clock takes as long as a small sample. */
    private static final int MEASURED_SAMPLES = 16;

    private static final double MILLIS = 1e-6;
    private static final double MICROS = 1e-3;

    private long steps;
    private long stepNanos;
    private long gatherNanos;
    private long optimiserNanos;
    private long samples;
    private long measured;
    private long ingestNanos;

    void stepped(long nanos) {
        steps++;
        stepNanos += nanos;
    }

    void gathered(long nanos) {
        gatherNanos += nanos;
    }

    void optimised(long nanos) {
        optimiserNanos += nanos;
    }

    /** Whether the sample that comes in now is one of those to measure. */
    boolean nextIsMeasured() {
        return samples++ % MEASURED_SAMPLES == 0;
    }

    void ingested(long nanos) {
        measured++;
        ingestNanos += nanos;
    }

    /** Mean of a step, milliseconds. */
    @Nullable Double stepMillis() {
        return mean(stepNanos, steps, MILLIS);
    }

    /** Mean of gathering a batch, milliseconds. */
    @Nullable Double gatherMillis() {
        return mean(gatherNanos, steps, MILLIS);
    }

    /** Mean of the optimiser in a step, milliseconds; null when it is one with the step. */
    @Nullable Double optimiserMillis() {
        return optimiserNanos == 0 ? null : mean(optimiserNanos, steps, MILLIS);
    }

    /** Mean of taking a sample in, microseconds. */
    @Nullable Double ingestMicros() {
        return mean(ingestNanos, measured, MICROS);
    }

    private static @Nullable Double mean(long nanos, long count, double unit) {
        return count == 0 ? null : (Double) (nanos * unit / count);
    }

    void reset() {
        steps = 0;
        stepNanos = 0;
        gatherNanos = 0;
        optimiserNanos = 0;
        measured = 0;
        ingestNanos = 0;
    }
}
