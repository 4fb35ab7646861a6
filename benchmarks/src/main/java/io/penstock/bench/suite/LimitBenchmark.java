package io.penstock.bench.suite;

import io.penstock.bench.fixture.BareLoop;
import io.penstock.bench.fixture.Case;
import io.penstock.bench.fixture.MachineLimits;
import io.penstock.bench.fixture.StepWork;
import io.penstock.bench.fixture.Studies;
import io.penstock.bench.harness.Asked;
import io.penstock.bench.harness.Benchmark;
import io.penstock.bench.harness.Numbers;
import io.penstock.bench.harness.Progress;
import io.penstock.bench.harness.Result;
import io.penstock.bench.harness.Row;
import io.penstock.bench.harness.Settings;
import io.penstock.bench.harness.SideBySide;
import io.penstock.bench.harness.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A training step of ours as a share of what memory and arithmetic of the machine allow. */
public final class LimitBenchmark implements Benchmark {
    private static final String MEMORY = "memory";
    private static final String PRODUCT = "matrix product";
    private static final String STEP = "our step";
    private static final double GIGA = 1e9;
    private static final double MEGA = 1e6;
    private static final int ROWS = 2000;

    @Override
    public String name() {
        return "limit";
    }

    @Override
    public int number() {
        return 3;
    }

    @Override
    public String title() {
        return "a training step against the limit that memory bandwidth and matrix products set";
    }

    @Override
    public Result run(Settings settings, Progress progress) throws Exception {
        List<Row> rows = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        int elements = settings.pick(32 << 20, 32 << 20, 1 << 16);
        int size = settings.pick(1536, 1536, 64);
        try (MachineLimits limits = new MachineLimits(settings.torchThreads(), elements, size)) {
            for (Case trained : cases(settings)) {
                measure(trained, limits, settings, progress, rows);
                notes.add(describe(trained));
            }
        }
        notes.add(
                "The limit is the sum over the phases of whichever takes longer, its bytes at the"
                        + " measured bandwidth or its operations at the measured rate.");
        return new Result(rows, notes);
    }

    private static List<Case> cases(Settings settings) {
        return settings.size() == Settings.Size.SMOKE
                ? List.of(new Case(List.of(8), 100, 10))
                : List.of(
                        new Case(List.of(256, 256), 10_000, 10),
                        new Case(List.of(256, 256), 10_000, 32));
    }

    private static void measure(
            Case trained,
            MachineLimits limits,
            Settings settings,
            Progress progress,
            List<Row> rows)
            throws Exception {
        Duration length = settings.seconds(5, 2, 0.1);
        int samples = settings.pick(ROWS, ROWS, 100);
        SideBySide.Measured measured;
        try (BareLoop ours =
                new BareLoop(
                        Studies.study(
                                trained,
                                Studies.reservoir(samples, 1),
                                Studies.CONTINUOUS,
                                settings.torchThreads(),
                                Duration.ofSeconds(1)))) {
            measured =
                    new SideBySide(trained.name(), "(GB/s, GFLOP/s, steps/s)")
                            .side(MEMORY, () -> limits.bytesPerSecond() / GIGA)
                            .side(PRODUCT, () -> limits.flopsPerSecond() / GIGA)
                            .side(STEP, () -> ours.stepsPerSecond(length))
                            .withWarmUp(settings.pick(1, 1, 0))
                            .measure(settings.runs(), progress);
        }
        Values limit = limit(StepWork.of(trained), measured.of(MEMORY), measured.of(PRODUCT));
        rows.add(
                Row.compared(
                        trained.name(),
                        "steps/s",
                        measured.of(STEP),
                        limit,
                        Asked.atLeast(settings.pick(0.6, 0.6, 0.0))));
        rows.add(Row.measured("memory bandwidth", "GB/s", measured.of(MEMORY)));
        rows.add(Row.measured("matrix product", "GFLOP/s", measured.of(PRODUCT)));
    }

    /** Steps a second at the limits of each run. */
    private static Values limit(StepWork work, Values memory, Values product) {
        return new Values(
                IntStream.range(0, memory.all().size())
                        .mapToObj(
                                run ->
                                        1
                                                / work.seconds(
                                                        memory.all().get(run) * GIGA,
                                                        product.all().get(run) * GIGA))
                        .toList());
    }

    private static String describe(Case trained) {
        StepWork work = StepWork.of(trained);
        return "A step of %s moves %s MB and does %s MFLOP at least: %s."
                .formatted(
                        trained.name(),
                        Numbers.shown(work.bytes() / MEGA),
                        Numbers.shown(work.flops() / MEGA),
                        work.phases().stream()
                                .map(
                                        phase ->
                                                "%s %s MB, %s MFLOP"
                                                        .formatted(
                                                                phase.name(),
                                                                Numbers.shown(phase.bytes() / MEGA),
                                                                Numbers.shown(
                                                                        phase.flops() / MEGA)))
                                .collect(Collectors.joining("; ")));
    }
}
