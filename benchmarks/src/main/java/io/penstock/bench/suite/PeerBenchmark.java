package io.penstock.bench.suite;

import io.penstock.bench.fixture.Case;
import io.penstock.bench.fixture.PipelineRun;
import io.penstock.bench.fixture.Python;
import io.penstock.bench.fixture.Rig;
import io.penstock.bench.fixture.Studies;
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
import java.util.Optional;

/** The pipeline against the same in plain Python, which is what one would write otherwise. */
public final class PeerBenchmark implements Benchmark {
    private static final String OURS = "pipeline";
    private static final String REFERENCE = "Python";
    private static final Duration CHECKPOINTS = Duration.ofSeconds(10);

    /** A model, the records it has to read from, and its reservoir. */
    private record Trained(Case model, long records, int capacity) {}

    @Override
    public String name() {
        return "peer";
    }

    @Override
    public int number() {
        return 8;
    }

    @Override
    public String title() {
        return "samples trained inside the pipeline against a script with kafka-python and PyTorch";
    }

    @Override
    public Result run(Settings settings, Progress progress) throws Exception {
        Optional<Python> found = Python.find();
        if (found.isEmpty()) {
            return Result.notRun(
                    "no python3 has the modules kafka and torch (Debian: apt-get install"
                            + " python3-kafka python3-torch libopenblas0, the last since without"
                            + " it matrix products are several times slower)");
        }
        List<Row> rows = new ArrayList<>();
        for (Trained trained : cases(settings)) {
            try (Rig rig = Rig.start(settings.scratch())) {
                rows.add(compare(trained, found.get(), rig, settings, progress));
            }
        }
        return new Result(
                rows,
                List.of(
                        found.get().description()
                                + "; the script is benchmarks/peers/online_training.py.",
                        "The script takes no checkpoints and checks nothing; the pipeline does."));
    }

    private static List<Trained> cases(Settings settings) {
        return settings.size() == Settings.Size.SMOKE
                ? List.of(new Trained(new Case(List.of(8), 100, 10), 20_000, 200))
                : List.of(
                        new Trained(
                                new Case(List.of(256, 256), 10_000, 10),
                                settings.pick(60_000L, 30_000L, 0L),
                                6000),
                        new Trained(
                                new Case(List.of(64, 64), 64, 32),
                                settings.pick(4_000_000L, 2_000_000L, 0L),
                                6000));
    }

    private static Row compare(
            Trained trained, Python python, Rig rig, Settings settings, Progress progress)
            throws Exception {
        Topics topics = rig.fill("peer", trained.model.cells(), trained.records, progress);
        StudySpec study =
                Studies.study(
                        trained.model,
                        Studies.reservoir(trained.capacity, trained.capacity / 6),
                        Studies.CONTINUOUS,
                        settings.torchThreads(),
                        Duration.ofSeconds(1));
        Duration warmUp = settings.seconds(5, 2, 0.5);
        Duration window = settings.seconds(15, 8, 1);
        Python.Training training =
                new Python.Training(
                        trained.model, trained.capacity, settings.torchThreads(), warmUp, window);
        return new SideBySide(trained.model.name(), "samples/s")
                .side(
                        OURS,
                        () -> {
                            try (PipelineRun run = rig.train(study, topics, CHECKPOINTS)) {
                                return run.window(run.awaitSteady(warmUp), window)
                                        .samplesPerSecond();
                            }
                        })
                .side(
                        REFERENCE,
                        () ->
                                python.samplesPerSecond(
                                        rig.kafka(), topics.solverOutputs(), training))
                .measure(settings.runs(), progress)
                .compare(OURS, REFERENCE, null);
    }
}
