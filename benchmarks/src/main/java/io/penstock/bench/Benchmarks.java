package io.penstock.bench;

import io.penstock.bench.harness.Benchmark;
import io.penstock.bench.suite.CheckpointBenchmark;
import io.penstock.bench.suite.GrowthBenchmark;
import io.penstock.bench.suite.IngestBenchmark;
import io.penstock.bench.suite.LimitBenchmark;
import io.penstock.bench.suite.MemoryBenchmark;
import io.penstock.bench.suite.OfflineBenchmark;
import io.penstock.bench.suite.PeerBenchmark;
import io.penstock.bench.suite.PipelineBenchmark;
import io.penstock.bench.suite.ReservoirBenchmark;
import io.penstock.bench.suite.ServingBenchmark;
import io.penstock.bench.suite.ShardsBenchmark;
import io.penstock.bench.suite.StepBenchmark;
import java.util.List;

/** All there are. */
final class Benchmarks {
    private Benchmarks() {}

    /** Every benchmark, in the order of the table. */
    static List<Benchmark> all() {
        return List.of(
                new PipelineBenchmark(),
                new StepBenchmark(),
                new LimitBenchmark(),
                new IngestBenchmark(),
                new ReservoirBenchmark(),
                new CheckpointBenchmark(),
                new MemoryBenchmark(),
                new PeerBenchmark(),
                new OfflineBenchmark(),
                new GrowthBenchmark(),
                new ShardsBenchmark(),
                new ServingBenchmark());
    }
}
