package io.penstock.bench.harness;

/** One benchmark: a row, or a few, of the table that users see. */
public interface Benchmark {
    /** Its name on the command line. */
    String name();

    /** Its number in the table, from 1. */
    int number();

    /** What it measures and against what, in one line. */
    String title();

    /**
     * Measures.
     *
     * @param settings how much and with what
     * @param progress told what is done at the moment
     * @throws Exception when it cannot be measured; what cannot be measured on this machine is said
     *     in the result instead
     */
    Result run(Settings settings, Progress progress) throws Exception;
}
