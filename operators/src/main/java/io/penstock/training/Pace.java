package io.penstock.training;

/**
 * When a training step is due. Pure arithmetic on counters, without state of its own, so that the
 * same input order gives the same steps.
 */
final class Pace {
    private static final double BAND = 8;

    private final PaceSpec spec;
    private final int batch;
    private final int threshold;

    Pace(PaceSpec spec, int batch, int threshold) {
        this.spec = spec;
        this.batch = batch;
        this.threshold = threshold;
    }

    /** Whether steps follow from the counters alone, and never from the input being idle. */
    boolean isCounted() {
        return spec.kind() == PaceSpec.Kind.SAMPLES_PER_INSERT;
    }

    /**
     * Counted pace: whether a whole batch of draws is owed. The samples that fill the reservoir to
     * its threshold owe none, as in Reverb's rate limiter: {@code owed = r × (inserts - threshold)
     * - draws}.
     */
    boolean isOwed(long inserts, double draws) {
        return owed(inserts, draws) >= batch;
    }

    /**
     * Counted pace: whether more is owed than what may be put off, eight batches or inserts' worth
     * whichever is more. The input has to wait then, for a validation too.
     */
    boolean isBehind(long inserts, double draws) {
        return owed(inserts, draws) >= BAND * Math.max(batch, spec.samplesPerInsert());
    }

    /** Draws owed now. */
    double owed(long inserts, double draws) {
        return spec.samplesPerInsert() * Math.max(0, inserts - threshold) - draws;
    }

    /**
     * Counted pace: most steps taken after one insert, so that what validation deferred is caught
     * up without holding up the input for long.
     */
    int stepsPerInsert() {
        return (int) Math.ceil(spec.samplesPerInsert() / batch) + 1;
    }

    /** Continuous pace: whether a step is due. */
    boolean isDue(long insertsSinceStep, boolean inputIdle) {
        return inputIdle || insertsSinceStep >= batch;
    }
}
