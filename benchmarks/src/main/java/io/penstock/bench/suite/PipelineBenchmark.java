package io.penstock.bench.suite;

import io.penstock.bench.fixture.BareLoop;
import io.penstock.bench.fixture.Case;
import io.penstock.bench.fixture.PipelineRun;
import io.penstock.bench.fixture.Rig;
import io.penstock.bench.fixture.Studies;
import io.penstock.bench.fixture.Window;
import io.penstock.bench.harness.Asked;
import io.penstock.bench.harness.Benchmark;
import io.penstock.bench.harness.Progress;
import io.penstock.bench.harness.Result;
import io.penstock.bench.harness.Row;
import io.penstock.bench.harness.Settings;
import io.penstock.bench.harness.SideBySide;
import io.penstock.kafka.Topics;
import io.penstock.training.StudySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Training inside the running pipeline against the bare loop: what streaming, checkpoints and
 * reports cost.
 */
public final class PipelineBenchmark implements Benchmark {
    private static final String OURS = "pipeline";
    private static final String REFERENCE = "bare loop";
    private static final Duration CHECKPOINTS = Duration.ofSeconds(10);

    /** A case, the records it has to read from, its reservoir, and what is asked of it. */
    private record Asking(Case trained, long records, int capacity, double ratio) {}

    @Override
    public String name() {
        return "pipeline";
    }

    @Override
    public int number() {
        return 1;
    }

    @Override
    public String title() {
        return "samples trained inside the running pipeline against a bare loop on data in memory";
    }

    @Override
    public Result run(Settings settings, Progress progress) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (List<Asking> alike : cases(settings)) {
            try (Rig rig = Rig.start(settings.scratch())) {
                Asking first = alike.get(0);
                Topics topics =
                        rig.fill("pipeline", first.trained.cells(), first.records, progress);
                for (Asking asking : alike) {
                    rows.add(compare(asking, rig, topics, settings, progress));
                }
            }
        }
        return new Result(
                rows,
                List.of(
                        "Broker, Flink and training share the process and the machine; checkpoints"
                                + " every 10 s, a report every second, continuous pace; the rate is"
                                + " that of a window of "
                                + window(settings).toSeconds()
                                + " s after the reservoir was full."));
    }

    /** Cases that share a topic stand together. */
    private static List<List<Asking>> cases(Settings settings) {
        if (settings.size() == Settings.Size.SMOKE) {
            return List.of(List.of(new Asking(new Case(List.of(8), 100, 10), 20_000, 200, 0.5)));
        }
        long large = settings.pick(60_000L, 30_000L, 0L);
        long small = settings.pick(5_000_000L, 2_500_000L, 0L);
        return List.of(
                List.of(
                        new Asking(new Case(List.of(256, 256), 10_000, 10), large, 6000, 0.95),
                        new Asking(new Case(List.of(256, 256), 10_000, 32), large, 6000, 0.95)),
                List.of(new Asking(new Case(List.of(64, 64), 64, 32), small, 6000, 0.85)));
    }

    private static Duration window(Settings settings) {
        return settings.seconds(20, 10, 0.5);
    }

    private static Row compare(
            Asking asking, Rig rig, Topics topics, Settings settings, Progress progress)
            throws Exception {
        StudySpec study =
                Studies.study(
                        asking.trained,
                        Studies.reservoir(asking.capacity, asking.capacity / 6),
                        Studies.CONTINUOUS,
                        settings.torchThreads(),
                        settings.seconds(1, 1, 0.1));
        List<Window> windows = new ArrayList<>();
        try (BareLoop bare = new BareLoop(study)) {
            SideBySide.Measured measured =
                    new SideBySide(asking.trained.name(), "samples/s")
                            .withWarmUp(settings.pick(1, 1, 0))
                            .side(
                                    OURS,
                                    () -> {
                                        Window window = measure(rig, study, topics, settings);
                                        windows.add(window);
                                        return window.samplesPerSecond();
                                    })
                            .side(
                                    REFERENCE,
                                    () -> bare.samplesPerSecond(window(settings).dividedBy(2)))
                            .measure(settings.runs(), progress);
            Row row = measured.compare(OURS, REFERENCE, Asked.atLeast(asking.ratio));
            return windows.stream().allMatch(window -> window.isFedFrom(asking.records))
                    ? row
                    : row.withRemark("the topic was read to its end within a window");
        }
    }

    private static Window measure(Rig rig, StudySpec study, Topics topics, Settings settings)
            throws Exception {
        try (PipelineRun run = rig.train(study, topics, CHECKPOINTS)) {
            Duration warmUp = settings.seconds(5, 3, 0.2);
            return run.window(run.awaitSteady(warmUp), window(settings));
        }
    }
}
