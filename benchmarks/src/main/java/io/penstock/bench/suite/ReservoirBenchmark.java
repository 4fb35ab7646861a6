package io.penstock.bench.suite;

import io.penstock.bench.harness.Asked;
import io.penstock.bench.harness.Benchmark;
import io.penstock.bench.harness.Progress;
import io.penstock.bench.harness.Result;
import io.penstock.bench.harness.Row;
import io.penstock.bench.harness.Settings;
import io.penstock.bench.harness.Values;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Insert and draw at any capacity against the same at the smallest: O(1), and no more. */
public final class ReservoirBenchmark implements Benchmark {
    private static final String SMALLEST = "1000";

    /** An operation under a pattern of access; compared across capacities. */
    private record Kind(String operation, ReservoirOperations.Pattern pattern) {
        String at(String capacity) {
            return operation + ", " + pattern.name().toLowerCase(Locale.ROOT) + ", " + capacity;
        }
    }

    @Override
    public String name() {
        return "reservoir";
    }

    @Override
    public int number() {
        return 5;
    }

    @Override
    public String title() {
        return "insert and draw at a large capacity against capacity 1000";
    }

    @Override
    public Result run(Settings settings, Progress progress) throws Exception {
        List<String> capacities =
                settings.pick(
                        List.of(SMALLEST, "10000", "100000", "1000000"),
                        List.of(SMALLEST, "10000", "100000", "1000000"),
                        List.of(SMALLEST, "2000"));
        Map<Kind, Map<String, List<Double>>> found = new LinkedHashMap<>();
        for (int run = 1; run <= settings.runs(); run++) {
            progress.say("insert and draw, run %d of %d", run, settings.runs());
            for (RunResult result : measure(settings, capacities)) {
                add(found, result);
            }
        }
        List<Row> rows = new ArrayList<>();
        found.forEach((kind, values) -> rows.addAll(rows(kind, values)));
        return new Result(
                rows,
                List.of(
                        "draw is four draws; insert is one insert into a full reservoir, with its"
                                + " eviction, and four draws.",
                        "spread chooses among all samples, as in use, and so pays for the caches"
                                + " that a large reservoir's bookkeeping (52 bytes a sample) does"
                                + " not fit into; compact does the same work within a thousand"
                                + " places and shows what the algorithm costs."));
    }

    private static Iterable<RunResult> measure(Settings settings, List<String> capacities)
            throws RunnerException {
        // Others on this machine may use JMH too; that they disturb each other is known.
        System.setProperty("jmh.ignoreLock", "true");
        Path log = settings.scratch().resolve("jmh.log");
        TimeValue iteration =
                TimeValue.milliseconds(settings.<Integer>pick(1000, 300, 50).longValue());
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include(ReservoirOperations.class.getName())
                        .param("capacity", capacities.toArray(String[]::new))
                        .forks(settings.pick(1, 1, 0))
                        .warmupIterations(2)
                        .warmupTime(iteration)
                        .measurementIterations(1)
                        .measurementTime(iteration)
                        .verbosity(VerboseMode.SILENT)
                        .output(log.toString())
                        .shouldFailOnError(true);
        return new Runner(options.build()).run();
    }

    private static void add(Map<Kind, Map<String, List<Double>>> found, RunResult result) {
        String operation = result.getPrimaryResult().getLabel();
        Kind kind =
                new Kind(
                        operation.equals("draw") ? "draw" : "insert",
                        ReservoirOperations.Pattern.valueOf(
                                result.getParams().getParam("pattern")));
        found.computeIfAbsent(kind, k -> new LinkedHashMap<>())
                .computeIfAbsent(result.getParams().getParam("capacity"), c -> new ArrayList<>())
                .add(result.getPrimaryResult().getScore());
    }

    private static List<Row> rows(Kind kind, Map<String, List<Double>> byCapacity) {
        Values smallest = new Values(byCapacity.getOrDefault(SMALLEST, List.of()));
        boolean flat = kind.pattern() == ReservoirOperations.Pattern.COMPACT;
        List<Row> rows = new ArrayList<>();
        byCapacity.forEach(
                (capacity, values) -> {
                    if (!capacity.equals(SMALLEST)) {
                        rows.add(
                                Row.compared(
                                        kind.at(capacity),
                                        "ns",
                                        new Values(values),
                                        smallest,
                                        flat ? Asked.atMost(1.25) : null));
                    }
                });
        return rows;
    }
}
