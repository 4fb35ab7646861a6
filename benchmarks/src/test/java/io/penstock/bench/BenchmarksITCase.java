package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.bench.harness.Benchmark;
import io.penstock.bench.harness.Progress;
import io.penstock.bench.harness.Result;
import io.penstock.bench.harness.Row;
import io.penstock.bench.harness.Settings;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every benchmark once, with next to nothing to do: it measures something, whatever that is. */
class BenchmarksITCase {
    @TempDir Path scratch;

    static List<Benchmark> benchmarks() {
        return Benchmarks.all();
    }

    @ParameterizedTest
    @MethodSource("benchmarks")
    void findsValues(Benchmark benchmark) throws Exception {
        Settings settings = new Settings(Settings.Size.SMOKE, 1, 1, scratch);
        Progress progress = new Progress(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        Result result = benchmark.run(settings, progress);
        assertThat(result.rows()).isNotEmpty();
        for (Row row : result.rows()) {
            if (row.verdict() == Row.Verdict.NOT_RUN) {
                assertThat(row.remark()).startsWith("not run: ").hasSizeGreaterThan(15);
            } else {
                assertThat(row.ours().all()).isNotEmpty().allMatch(Double::isFinite);
                assertThat(row.ratio().all()).allMatch(Double::isFinite);
            }
        }
    }
}
