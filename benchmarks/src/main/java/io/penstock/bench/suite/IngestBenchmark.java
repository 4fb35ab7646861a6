package io.penstock.bench.suite;

import io.penstock.bench.fixture.Case;
import io.penstock.bench.fixture.Consumers;
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
import io.penstock.kafka.Topics;
import io.penstock.schemas.TrainingReport;
import io.penstock.training.StudySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Samples from Kafka into the reservoir, without training, against a consumer that only reads. */
public final class IngestBenchmark implements Benchmark {
    private static final String OURS = "into the reservoir";
    private static final String REFERENCE = "bare consumer";
    private static final Duration REPORTS = Duration.ofMillis(50);
    private static final double MEGA = 1e6;

    /** Samples of one size, and what is asked of them. */
    private record Asking(String name, int cells, int records, boolean byBytes, double ratio) {
        String unit() {
            return byBytes ? "MB/s" : "records/s";
        }

        /** The rate in the unit. */
        double inUnit(double recordsPerSecond) {
            return byBytes ? recordsPerSecond * cells * Float.BYTES / MEGA : recordsPerSecond;
        }
    }

    @Override
    public String name() {
        return "ingest";
    }

    @Override
    public int number() {
        return 4;
    }

    @Override
    public String title() {
        return "samples from Kafka into the reservoir, no training, against a bare consumer";
    }

    @Override
    public Result run(Settings settings, Progress progress) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (Asking asking : cases(settings)) {
            try (Rig rig = Rig.start(settings.scratch())) {
                rows.add(compare(asking, rig, settings, progress));
            }
        }
        return new Result(
                rows,
                List.of(
                        "MB are millions of bytes of field data. Both sides begin to count with"
                                + " their first samples."));
    }

    private static List<Asking> cases(Settings settings) {
        if (settings.size() == Settings.Size.SMOKE) {
            return List.of(new Asking("400 B", 100, 50_000, false, 0.1));
        }
        int share = settings.pick(1, 2, 1);
        return List.of(
                new Asking("40 kB", 10_000, 50_000 / share, true, 0.8),
                new Asking("4 MB", 1_000_000, 500 / share, true, 0.7),
                new Asking("400 B", 100, 3_000_000 / share, false, 0.5));
    }

    private static Row compare(Asking asking, Rig rig, Settings settings, Progress progress)
            throws Exception {
        Topics topics = rig.fill("ingest", asking.cells, asking.records, progress);
        StudySpec study =
                Studies.study(
                        new Case(List.of(8), asking.cells, 1),
                        Studies.reservoir(asking.records + 1, asking.records),
                        Studies.NEVER,
                        settings.torchThreads(),
                        REPORTS);
        SideBySide.Measured measured =
                new SideBySide(asking.name, asking.unit())
                        .withWarmUp(settings.pick(1, 1, 0))
                        .side(
                                OURS,
                                () -> asking.inUnit(inserts(rig, study, topics, asking.records)))
                        .side(
                                REFERENCE,
                                () ->
                                        asking.inUnit(
                                                Consumers.recordsPerSecond(
                                                        rig.kafka(),
                                                        topics.solverOutputs(),
                                                        asking.records)))
                        .measure(settings.runs(), progress);
        return measured.compare(OURS, REFERENCE, Asked.atLeast(asking.ratio));
    }

    /** Inserts a second, from the first report with one to the last before the end of the topic. */
    private static double inserts(Rig rig, StudySpec study, Topics topics, long records)
            throws Exception {
        try (PipelineRun run = rig.train(study, topics, TrainingPipeline.NO_CHECKPOINTS)) {
            TrainingReport first = run.await(report -> report.getInserts() > 0);
            List<TrainingReport> within = new ArrayList<>();
            for (TrainingReport report = run.next();
                    report.getInserts() < records;
                    report = run.next()) {
                within.add(report);
            }
            if (within.isEmpty()) {
                throw new IllegalStateException(
                        "the whole topic was taken in within a report interval: "
                                + records
                                + " records are too few");
            }
            return new Window(first, within).insertsPerSecond();
        }
    }
}
