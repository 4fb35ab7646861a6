package io.penstock.bench.suite;

import io.penstock.bench.fixture.BareLoop;
import io.penstock.bench.fixture.Case;
import io.penstock.bench.fixture.PageCache;
import io.penstock.bench.fixture.PipelineRun;
import io.penstock.bench.fixture.PrefetchingLoader;
import io.penstock.bench.fixture.Rig;
import io.penstock.bench.fixture.SampleFiles;
import io.penstock.bench.fixture.Studies;
import io.penstock.bench.fixture.Window;
import io.penstock.bench.harness.Benchmark;
import io.penstock.bench.harness.Progress;
import io.penstock.bench.harness.Result;
import io.penstock.bench.harness.Row;
import io.penstock.bench.harness.Settings;
import io.penstock.bench.harness.SideBySide;
import io.penstock.kafka.Topics;
import io.penstock.training.StepAccess;
import io.penstock.training.StudySpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Online training from a stream against offline training from files, with the same step; and the
 * bare loop, above which none can be.
 */
public final class OfflineBenchmark implements Benchmark {
    private static final String ONLINE = "online";
    private static final String COLD = "offline, cold page cache";
    private static final String WARM = "offline, warm page cache";
    private static final String BARE = "bare loop";
    private static final Duration CHECKPOINTS = Duration.ofSeconds(10);

    /** A model and how much of the data it is trained on. */
    private record Trained(Case model, long records, int simulations, Duration window) {}

    @Override
    public String name() {
        return "offline";
    }

    @Override
    public int number() {
        return 9;
    }

    @Override
    public String title() {
        return "online training from a stream against offline training from files";
    }

    @Override
    public Result run(Settings settings, Progress progress) throws Exception {
        List<Row> rows = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        List<Trained> cases = cases(settings);
        Trained first = cases.get(0);
        SampleFiles files =
                SampleFiles.write(
                        settings.scratch().resolve("data"),
                        first.model.cells(),
                        first.simulations,
                        progress);
        try (Rig rig = Rig.start(settings.scratch())) {
            Topics topics = rig.fill("offline", first.model.cells(), first.records, progress);
            for (Trained trained : cases) {
                Sides sides = new Sides(trained, rig, topics, files, settings);
                rows.addAll(sides.measure(progress));
                notes.add("%s: cold by %s.".formatted(trained.model.name(), sides.dropped));
            }
        }
        notes.add(
                "Offline: a file for each simulation, a random order over all samples, two threads"
                        + " that read ahead, our step. Every sample of a cold run is read from the"
                        + " disk; a run ends at the end of the first epoch at the latest.");
        return new Result(rows, notes);
    }

    private static List<Trained> cases(Settings settings) {
        if (settings.size() == Settings.Size.SMOKE) {
            Case small = new Case(List.of(8), 100, 10);
            return List.of(new Trained(small, 20_000, 10, Duration.ofSeconds(1)));
        }
        long records = settings.pick(60_000L, 40_000L, 0L);
        int simulations = settings.pick(600, 300, 0);
        return List.of(
                new Trained(
                        new Case(List.of(256, 256), 10_000, 10),
                        records,
                        simulations,
                        settings.seconds(20, 8, 0)),
                // A step so short that it is the data that has to come.
                new Trained(
                        new Case(List.of(16), 10_000, 10),
                        records,
                        simulations,
                        settings.seconds(3, 1.5, 0)));
    }

    /** The sides of one case. */
    private static final class Sides {
        private final Trained trained;
        private final Rig rig;
        private final Topics topics;
        private final SampleFiles files;
        private final Settings settings;
        private final StudySpec study;
        private final List<Window> windows = new ArrayList<>();
        private String dropped = "";

        Sides(Trained trained, Rig rig, Topics topics, SampleFiles files, Settings settings) {
            this.trained = trained;
            this.rig = rig;
            this.topics = topics;
            this.files = files;
            this.settings = settings;
            int capacity = settings.pick(6000, 6000, 200);
            this.study =
                    Studies.study(
                            trained.model,
                            Studies.reservoir(capacity, capacity / 6),
                            Studies.CONTINUOUS,
                            settings.torchThreads(),
                            Duration.ofMillis(500));
        }

        List<Row> measure(Progress progress) throws Exception {
            SideBySide.Measured measured;
            try (BareLoop bare = new BareLoop(study);
                    StepAccess step = new StepAccess(study)) {
                bare.stepsPerSecond(trained.window.dividedBy(4));
                measured =
                        new SideBySide(trained.model.name(), "batches/s")
                                .side(ONLINE, this::online)
                                .side(COLD, () -> cold(step))
                                .side(WARM, () -> warm(step))
                                .side(BARE, () -> bare.stepsPerSecond(trained.window.dividedBy(2)))
                                .measure(settings.runs(), progress);
            }
            boolean fed = windows.stream().allMatch(w -> w.isFedFrom(trained.records));
            String remark = fed ? "" : "the topic was read to its end within a window";
            List<Row> rows = new ArrayList<>();
            for (String reference : List.of(COLD, WARM, BARE)) {
                Row row = measured.compare(ONLINE, reference, null);
                rows.add(row.named(trained.model.name() + ", " + reference).withRemark(remark));
            }
            return rows;
        }

        private double online() throws Exception {
            try (PipelineRun run = rig.train(study, topics, CHECKPOINTS)) {
                Duration warmUp = settings.seconds(1, 0.5, 0.001);
                Window window = run.window(run.awaitSteady(warmUp), trained.window);
                windows.add(window);
                return window.stepsPerSecond();
            }
        }

        private double cold(StepAccess step) throws Exception {
            dropped = PageCache.drop(files.files());
            return offline(step);
        }

        private double warm(StepAccess step) throws Exception {
            PageCache.warm(files.files());
            return offline(step);
        }

        private double offline(StepAccess step) throws IOException, InterruptedException {
            int batches = files.rows() / trained.model.batch();
            long began = System.nanoTime();
            try (PrefetchingLoader loader =
                    new PrefetchingLoader(files, trained.model.batch(), 2)) {
                int done = 0;
                double seconds = 0;
                while (done < batches && seconds * 1e3 < trained.window.toMillis()) {
                    PrefetchingLoader.Batch batch = loader.take();
                    step.step(loader.store(), batch.slots());
                    loader.giveBack(batch);
                    done++;
                    seconds = (System.nanoTime() - began) * 1e-9;
                }
                return done / seconds;
            }
        }
    }
}
