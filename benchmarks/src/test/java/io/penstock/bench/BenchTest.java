package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.bench.harness.Benchmark;
import io.penstock.bench.harness.Progress;
import io.penstock.bench.harness.Result;
import io.penstock.bench.harness.Row;
import io.penstock.bench.harness.Settings;
import io.penstock.bench.harness.Values;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchTest {
    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** A benchmark that finds how many runs it was asked for, or fails. */
    private record Counting(int number, String name, boolean fails) implements Benchmark {
        @Override
        public String title() {
            return "counting";
        }

        @Override
        public Result run(Settings settings, Progress progress) throws IOException {
            if (fails) {
                throw new IOException("no numbers left");
            }
            return new Result(
                    List.of(Row.measured("runs", "runs", Values.of(settings.runs()))), List.of());
        }
    }

    private int bench(String... args) {
        CommandLine line =
                Bench.commandLine(
                        List.of(new Counting(1, "one", false), new Counting(2, "two", true)));
        return line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(
                        Stream.concat(
                                        Stream.of(
                                                "--results=" + folder.resolve("results"),
                                                "--scratch=" + folder.resolve("scratch")),
                                        Stream.of(args))
                                .toArray(String[]::new));
    }

    private long files(String below) throws IOException {
        Path path = folder.resolve(below);
        if (!Files.exists(path)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.count();
        }
    }

    @Test
    void runsTheNamedOneAndLeavesItsValues() throws IOException {
        assertThat(bench("one", "--runs", "7")).isZero();
        assertThat(out.toString()).contains("1 one: counting").contains("7").contains(".json");
        assertThat(files("results")).isEqualTo(1);
        assertThat(files("scratch")).isZero();
    }

    @Test
    void quickMeansFewerRuns() {
        assertThat(bench("one", "--quick")).isZero();
        assertThat(out.toString()).containsPattern("runs +runs +3\\.00");
    }

    @Test
    void failureOfOneLeavesTheOthers() throws IOException {
        assertThat(bench()).isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(out.toString())
                .containsPattern("runs +runs +5\\.00")
                .contains("not run: it failed: java.io.IOException: no numbers left");
        assertThat(files("results")).isEqualTo(1);
    }

    @Test
    void unknownNameIsRefusedBeforeAnythingIsMeasured() throws IOException {
        assertThat(bench("three")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("\"three\"").contains("one, two");
        assertThat(files("results")).isZero();
    }
}
