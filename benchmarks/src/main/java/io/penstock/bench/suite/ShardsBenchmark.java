package io.penstock.bench.suite;

import io.penstock.bench.fixture.BareLoop;
import io.penstock.bench.fixture.BenchKafka;
import io.penstock.bench.fixture.Case;
import io.penstock.bench.fixture.HeatTopic;
import io.penstock.bench.fixture.PipelineRun;
import io.penstock.bench.fixture.Studies;
import io.penstock.bench.fixture.TrainingPipeline;
import io.penstock.bench.fixture.WholeRun;
import io.penstock.bench.harness.Asked;
import io.penstock.bench.harness.Benchmark;
import io.penstock.bench.harness.Progress;
import io.penstock.bench.harness.Result;
import io.penstock.bench.harness.Row;
import io.penstock.bench.harness.Settings;
import io.penstock.bench.harness.SideBySide;
import io.penstock.bench.harness.Values;
import io.penstock.kafka.Topics;
import io.penstock.training.MergeSpec;
import io.penstock.training.StudySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Two shards against one on the same samples, which lie in the topic already, from the first step
 * to the end; and what a round costs.
 */
public final class ShardsBenchmark implements Benchmark {
    private static final Duration REPORTS = Duration.ofMillis(500);
    private static final int OVERLAP = 25;
    private static final Duration CHECKPOINTS = Duration.ofSeconds(10);

    /** A plate, its ensemble, and how it is trained on. */
    private record Ensemble(int side, int validation, int training, int capacity, double ratio) {}

    @Override
    public String name() {
        return "shards";
    }

    @Override
    public int number() {
        return 11;
    }

    @Override
    public String title() {
        return "two shards that merge their weights against one, on as many samples";
    }

    @Override
    public Result run(Settings settings, Progress progress) throws Exception {
        List<Row> rows = new ArrayList<>(compare(settings, progress));
        rows.add(limit(settings, progress));
        rows.addAll(rounds(settings, progress));
        return new Result(
                rows,
                List.of(
                        "100 × 100 heat, 6-256-256-10000, batch 32, samples-per-insert 32, merge.every"
                                + " 200 with and without merge.overlap 25, rate-scaling linear, rate halved every 40 000 samples; reservoirs of both runs hold as many"
                                + " samples in all; checkpoints every 10 s.",
                        "Cost of a round: time that it kept a shard from training, waiting for the"
                                + " others included; every shard has a replica of its own on these"
                                + " cores."));
    }

    private static List<Row> compare(Settings settings, Progress progress) throws Exception {
        Ensemble ensemble =
                settings.pick(
                        new Ensemble(100, 8, 60, 3000, 32),
                        new Ensemble(100, 4, 20, 1000, 32),
                        new Ensemble(8, 1, 6, 200, 1));
        int warmUps = settings.pick(1, 1, 0);
        int overlap = settings.pick(OVERLAP, OVERLAP, 2);
        Side overlapping = new Side("2 shards that train on during rounds", 2, overlap);
        Side waiting = new Side("2 shards that wait for rounds", 2, 0);
        Side one = new Side("1 shard", 1, 0);
        try (BenchKafka kafka = BenchKafka.start(settings.scratch());
                TrainingPipeline flink =
                        new TrainingPipeline(kafka.cluster(), settings.scratch(), 2)) {
            HeatTopic heat = new HeatTopic(kafka.cluster(), ensemble.side());
            Topics topics = new Topics("shards-");
            heat.fill(
                    topics,
                    BenchKafka.LAYOUT,
                    ensemble.validation(),
                    ensemble.training(),
                    progress);
            SideBySide sides = new SideBySide("samples trained", "samples/s").withWarmUp(warmUps);
            for (Side side : List.of(overlapping, waiting, one)) {
                sides.side(
                        side.name,
                        () -> {
                            WholeRun run =
                                    whole(flink, study(heat, ensemble, side, settings), topics);
                            side.runs.add(run);
                            progress.say("%s: %s", side.name, run);
                            return run.samplesPerSecond();
                        });
            }
            SideBySide.Measured measured = sides.measure(settings.runs(), progress);
            List<Row> rows = new ArrayList<>();
            for (Side side : List.of(overlapping, waiting)) {
                boolean isAsked = side == overlapping;
                rows.add(
                        Row.compared(
                                "samples trained, " + side.name + " against 1",
                                "samples/s",
                                measured.of(side.name),
                                measured.of(one.name),
                                isAsked ? Asked.atLeast(1.7) : null));
                rows.add(
                        Row.compared(
                                "validation error, " + side.name + " against 1",
                                "RMSE / deviation",
                                side.values(WholeRun::validationRmse, warmUps),
                                one.values(WholeRun::validationRmse, warmUps),
                                isAsked ? Asked.atMost(1.05) : null));
                rows.add(
                        Row.share(
                                "time that rounds take from training, " + side.name,
                                side.values(WholeRun::mergingShare, warmUps),
                                isAsked ? Asked.atMost(0.05) : null));
            }
            return rows;
        }
    }

    /** A way to train, and what came of it, the warm-up first. */
    private static final class Side {
        private final String name;
        private final int shards;
        private final int overlap;
        private final List<WholeRun> runs = new ArrayList<>();

        Side(String name, int shards, int overlap) {
            this.name = name;
            this.shards = shards;
            this.overlap = overlap;
        }

        private Values values(Function<WholeRun, Double> value, int warmUps) {
            return new Values(runs.stream().skip(warmUps).map(value).toList());
        }
    }

    /** What two cores can do when nothing but the step runs on them. */
    private static Row limit(Settings settings, Progress progress) throws Exception {
        StudySpec study =
                Studies.study(
                        settings.pick(
                                new Case(List.of(256, 256), 10_000, 32),
                                new Case(List.of(256, 256), 10_000, 32),
                                new Case(List.of(8), 100, 8)),
                        Studies.reservoir(2000, 100),
                        Studies.CONTINUOUS,
                        settings.torchThreads(),
                        REPORTS);
        Duration length =
                settings.pick(Duration.ofSeconds(8), Duration.ofSeconds(4), Duration.ofMillis(200));
        return new SideBySide("limit: two bare loops at once against one", "samples/s")
                .side("two", () -> bareLoops(study, 2, length))
                .side("one", () -> bareLoops(study, 1, length))
                .measure(settings.runs(), progress)
                .compare("two", "one", null);
    }

    /** Samples per second of so many bare loops that run side by side, each on a thread. */
    private static double bareLoops(StudySpec study, int loops, Duration length) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(loops);
        try {
            CyclicBarrier start = new CyclicBarrier(loops);
            List<Future<Double>> rates = new ArrayList<>();
            for (int loop = 0; loop < loops; loop++) {
                rates.add(
                        threads.submit(
                                () -> {
                                    try (BareLoop bare = new BareLoop(study)) {
                                        bare.samplesPerSecond(length.dividedBy(8));
                                        start.await();
                                        return bare.samplesPerSecond(length);
                                    }
                                }));
            }
            double sum = 0;
            for (Future<Double> rate : rates) {
                sum += rate.get();
            }
            return sum;
        } finally {
            threads.shutdown();
        }
    }

    private static StudySpec study(
            HeatTopic heat, Ensemble ensemble, Side side, Settings settings) {
        int batch = settings.pick(32, 32, 8);
        int every = settings.pick(200, 100, 5);
        return Studies.sharded(
                heat.sample(),
                new Studies.Sharding(
                        side.shards,
                        merge(every, side.overlap, MergeSpec.RateScaling.LINEAR),
                        ensemble.capacity() / side.shards,
                        settings.pick(List.of(256, 256), List.of(256, 256), List.of(8)),
                        batch,
                        ensemble.ratio()),
                ensemble.validation(),
                settings.torchThreads(),
                REPORTS);
    }

    private static MergeSpec merge(int every, int overlap, MergeSpec.RateScaling scaling) {
        return new MergeSpec(
                MergeSpec.Schedule.CONSTANT,
                every,
                1,
                1,
                overlap,
                MergeSpec.Moments.LOCAL,
                scaling,
                Duration.ofMinutes(10));
    }

    private static WholeRun whole(TrainingPipeline flink, StudySpec study, Topics topics)
            throws Exception {
        try (PipelineRun run = flink.start(study, topics, CHECKPOINTS)) {
            WholeRun whole = WholeRun.follow(run, study.training().shards());
            run.awaitEnd();
            return whole;
        }
    }

    /** A round by the size of the weights and the number of shards. */
    private static List<Row> rounds(Settings settings, Progress progress) throws Exception {
        List<List<Integer>> models =
                settings.pick(
                        List.of(List.of(128, 128), List.of(1600, 1600), List.of(5000, 5000)),
                        List.of(List.of(128, 128), List.of(1600, 1600)),
                        List.of(List.of(8)));
        List<Integer> counts = settings.pick(List.of(2, 4), List.of(2, 4), List.of(2));
        List<Row> rows = new ArrayList<>();
        try (BenchKafka kafka = BenchKafka.start(settings.scratch().resolve("rounds"));
                TrainingPipeline flink =
                        new TrainingPipeline(kafka.cluster(), settings.scratch(), 4)) {
            HeatTopic heat = new HeatTopic(kafka.cluster(), 8);
            Topics topics = new Topics("rounds-");
            heat.fill(topics, BenchKafka.LAYOUT, 1, settings.pick(8, 8, 4), progress);
            for (List<Integer> hidden : models) {
                for (int shards : counts) {
                    rows.add(round(flink, heat, topics, hidden, shards, settings, progress));
                }
            }
        }
        return rows;
    }

    private static Row round(
            TrainingPipeline flink,
            HeatTopic heat,
            Topics topics,
            List<Integer> hidden,
            int shards,
            Settings settings,
            Progress progress)
            throws Exception {
        StudySpec study =
                Studies.sharded(
                        heat.sample(),
                        new Studies.Sharding(
                                shards, merge(5, 0, MergeSpec.RateScaling.NONE), 200, hidden, 8, 1),
                        1,
                        settings.torchThreads(),
                        REPORTS);
        double megabytes = Studies.weightBytes(study) * 1e-6;
        String name = String.format("round, %.1f MB of weights, %d shards", megabytes, shards);
        List<Double> millis = new ArrayList<>();
        for (int run = 0; run < settings.pick(3, 2, 1); run++) {
            millis.add(whole(flink, study, topics).millisPerRound());
            progress.say("%s: %.1f ms", name, millis.get(run));
        }
        return Row.measured(name, "ms", new Values(millis));
    }
}
