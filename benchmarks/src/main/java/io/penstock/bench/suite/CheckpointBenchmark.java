package io.penstock.bench.suite;

import io.penstock.bench.fixture.Case;
import io.penstock.bench.fixture.PipelineRun;
import io.penstock.bench.fixture.Rig;
import io.penstock.bench.fixture.Studies;
import io.penstock.bench.fixture.TrainingPipeline;
import io.penstock.bench.fixture.Window;
import io.penstock.bench.harness.Asked;
import io.penstock.bench.harness.Benchmark;
import io.penstock.bench.harness.Progress;
import io.penstock.bench.harness.Result;
import io.penstock.bench.harness.Row;
import io.penstock.bench.harness.Settings;
import io.penstock.bench.harness.SideBySide;
import io.penstock.bench.harness.Values;
import io.penstock.kafka.Topics;
import io.penstock.reservoir.ReservoirSpec.Checkpoint;
import io.penstock.schemas.TrainingReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What checkpoints cost the training: with the samples by reference, in full, and none at all. */
public final class CheckpointBenchmark implements Benchmark {
    private static final String NONE = "no checkpoints";
    private static final double MEGA = 1e6;

    /** The sizes of one run. */
    private record Sizes(
            Case trained, int capacity, long records, Duration interval, Duration window) {}

    @Override
    public String name() {
        return "checkpoint";
    }

    @Override
    public int number() {
        return 6;
    }

    @Override
    public String title() {
        return "training with checkpoints, the samples by reference or in full, against none";
    }

    @Override
    public Result run(Settings settings, Progress progress) throws Exception {
        Sizes sizes = sizes(settings);
        Map<Checkpoint, List<TrainingReport>> ends = new EnumMap<>(Checkpoint.class);
        SideBySide.Measured measured;
        try (Rig rig = Rig.start(settings.scratch())) {
            Topics topics = rig.fill("checkpoint", sizes.trained.cells(), sizes.records, progress);
            SideBySide sides = new SideBySide(sizes.trained.name(), "samples/s");
            for (Checkpoint kind : Checkpoint.values()) {
                sides.side(
                        label(kind),
                        () -> {
                            Window window = run(rig, topics, sizes, kind, settings);
                            ends.computeIfAbsent(kind, k -> new ArrayList<>()).add(window.end());
                            return window.samplesPerSecond();
                        });
            }
            sides.side(NONE, () -> run(rig, topics, sizes, null, settings).samplesPerSecond());
            measured = sides.measure(settings.runs(), progress);
        }
        return new Result(rows(measured, ends), List.of(describe(sizes)));
    }

    private static Sizes sizes(Settings settings) {
        return settings.size() == Settings.Size.SMOKE
                ? new Sizes(
                        new Case(List.of(8), 100, 10),
                        200,
                        20_000,
                        Duration.ofMillis(300),
                        Duration.ofSeconds(1))
                : new Sizes(
                        new Case(List.of(256, 256), 10_000, 10),
                        6000,
                        settings.pick(60_000L, 30_000L, 0L),
                        Duration.ofSeconds(5),
                        settings.seconds(30, 15, 0));
    }

    private static Duration reports(Settings settings) {
        return settings.seconds(1, 1, 0.1);
    }

    private static String label(Checkpoint kind) {
        return switch (kind) {
            case REFERENCE -> "by reference";
            case FULL -> "in full";
        };
    }

    private static Window run(
            Rig rig, Topics topics, Sizes sizes, @Nullable Checkpoint kind, Settings settings)
            throws Exception {
        var reservoir =
                Studies.reservoir(
                        sizes.capacity,
                        sizes.capacity / 6,
                        kind == null ? Checkpoint.REFERENCE : kind);
        var study =
                Studies.study(
                        sizes.trained,
                        reservoir,
                        Studies.CONTINUOUS,
                        settings.torchThreads(),
                        reports(settings));
        Duration interval = kind == null ? TrainingPipeline.NO_CHECKPOINTS : sizes.interval;
        try (PipelineRun run = rig.train(study, topics, interval)) {
            // A checkpoint must have been taken of a full reservoir, so that its size is known.
            return run.window(run.awaitSteady(sizes.interval), sizes.window);
        }
    }

    private static List<Row> rows(
            SideBySide.Measured measured, Map<Checkpoint, List<TrainingReport>> ends) {
        List<Row> rows = new ArrayList<>();
        for (Checkpoint kind : Checkpoint.values()) {
            Asked asked = kind == Checkpoint.REFERENCE ? Asked.atLeast(0.97) : null;
            rows.add(measured.compare(label(kind), NONE, asked).named(label(kind)));
        }
        for (Checkpoint kind : Checkpoint.values()) {
            List<TrainingReport> reports = ends.getOrDefault(kind, List.of());
            rows.add(row(label(kind) + ", size", "MB", reports, CheckpointBenchmark::megabytes));
            rows.add(
                    row(
                            label(kind) + ", longest stall",
                            "ms",
                            reports,
                            TrainingReport::getMaxStallMillis));
        }
        return rows;
    }

    private static double megabytes(TrainingReport report) {
        return report.getLastCheckpointBytes() / MEGA;
    }

    private static Row row(
            String name,
            String unit,
            List<TrainingReport> reports,
            ToDoubleFunction<TrainingReport> value) {
        return Row.measured(
                name, unit, new Values(reports.stream().map(value::applyAsDouble).toList()));
    }

    private static String describe(Sizes sizes) {
        return "%s, a reservoir of %,d samples, a checkpoint every %.1f s to the local disk, and"
                        .formatted(
                                sizes.trained.name(),
                                sizes.capacity,
                                sizes.interval.toMillis() * 1e-3)
                + " with each a model version; windows of "
                + sizes.window.toSeconds()
                + " s.";
    }
}
