package io.penstock.bench.harness;

/**
 * A benchmark that was run.
 *
 * @param benchmark the benchmark
 * @param result what it found
 * @param seconds how long it took
 */
public record Outcome(Benchmark benchmark, Result result, double seconds) {}
