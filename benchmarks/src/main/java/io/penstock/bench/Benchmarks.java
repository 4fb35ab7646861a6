package io.penstock.bench;

import io.penstock.bench.harness.Benchmark;
import io.penstock.bench.suite.IngestBenchmark;
import io.penstock.bench.suite.PipelineBenchmark;
import io.penstock.bench.suite.StepBenchmark;
import java.util.List;

/** All there are. */
final class Benchmarks {
    private Benchmarks() {}

    /** Every benchmark, in the order of the table. */
    static List<Benchmark> all() {
        return List.of(new PipelineBenchmark(), new StepBenchmark(), new IngestBenchmark());
    }
}
