package io.penstock.reservoir;

/**
 * What makes a buffer: the rules for draws, evictions and stays, which the presets combine.
 *
 * @param draw which sample a draw takes
 * @param eviction which sample makes room for a new one
 * @param drawsPerStay draws after which a sample leaves; {@link #UNTIL_DRAINED} for no such limit
 *     during reception and one more draw after it
 * @param threshold until reception is over, draws are allowed only above this many samples
 */
record BufferPolicy(DrawPolicy draw, EvictionPolicy eviction, int drawsPerStay, int threshold) {
    /** A sample stays until it is evicted or, once reception is over, drawn. */
    static final int UNTIL_DRAINED = Integer.MAX_VALUE;

    /** The preset a specification names. */
    static BufferPolicy of(ReservoirSpec spec) {
        return switch (spec.kind()) {
            case FIFO -> fifo();
            case FIRO -> firo(spec.threshold(), spec.pseudoEpochs());
            case RESERVOIR, SIM_PAIRED -> reservoir(spec.threshold());
        };
    }

    /** First in, first out: every sample drawn once, in order. */
    static BufferPolicy fifo() {
        return new BufferPolicy(DrawPolicy.OLDEST, EvictionPolicy.NEVER, 1, 0);
    }

    /** First in, random out. */
    static BufferPolicy firo(int threshold, int pseudoEpochs) {
        return new BufferPolicy(DrawPolicy.UNIFORM, EvictionPolicy.NEVER, pseudoEpochs, threshold);
    }

    /** Uniform draws with repetition, random eviction of seen samples. */
    static BufferPolicy reservoir(int threshold) {
        return new BufferPolicy(
                DrawPolicy.UNIFORM, EvictionPolicy.RANDOM_SEEN, UNTIL_DRAINED, threshold);
    }

    boolean canDraw(Population population, boolean receptionOver) {
        return population.size() > (receptionOver ? 0 : threshold);
    }

    /** Whether a sample leaves now that it has been drawn {@code draws} times. */
    boolean leavesAfter(int draws, boolean receptionOver) {
        return drawsPerStay == UNTIL_DRAINED ? receptionOver : draws >= drawsPerStay;
    }
}
