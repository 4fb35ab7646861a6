package io.penstock.bench.suite;

import io.penstock.bench.fixture.Case;
import io.penstock.bench.fixture.PublishedVersions;
import io.penstock.bench.fixture.Rate;
import io.penstock.bench.fixture.ServingPipeline;
import io.penstock.bench.fixture.SwapLoad;
import io.penstock.bench.harness.Asked;
import io.penstock.bench.harness.Benchmark;
import io.penstock.bench.harness.Progress;
import io.penstock.bench.harness.Result;
import io.penstock.bench.harness.Row;
import io.penstock.bench.harness.Settings;
import io.penstock.bench.harness.SideBySide;
import io.penstock.bench.harness.TouchedMemory;
import io.penstock.bench.harness.Values;
import io.penstock.kafka.Topics;
import io.penstock.schemas.ModelUpdate;
import io.penstock.serving.BatchBounds;
import io.penstock.serving.ServedModel;
import io.penstock.solver.Solver;
import io.penstock.solver.SolverSpec;
import io.penstock.study.StudyFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Answering requests while versions change, against the bare forward and against the solver. */
public final class ServingBenchmark implements Benchmark {
    private static final int BATCH = BatchBounds.DEFAULT.most();
    private static final int ENVELOPE_BYTES = 100;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String OURS = "served";
    private static final String BARE = "bare forward";
    private static final String KAFKA = "producer alone";
    private static final String SURROGATE = "surrogate";
    private static final String SOLVER = "solver";

    @Override
    public String name() {
        return "serving";
    }

    @Override
    public int number() {
        return 12;
    }

    @Override
    public String title() {
        return "predictions served over Kafka while versions change, against bare forwards and the"
                + " solver";
    }

    @Override
    public Result run(Settings settings, Progress progress) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (ServingPipeline pipeline = ServingPipeline.start(settings.scratch())) {
            // Latencies first: a disk that takes back gigabytes holds a broker up for minutes.
            rows.addAll(swaps(cases(settings).get(0), pipeline, settings, progress));
            for (Case served : cases(settings)) {
                rows.addAll(throughput(served, pipeline, settings, progress));
            }
        }
        rows.addAll(solver(settings, progress));
        return new Result(
                rows,
                List.of(
                        "One who asks, broker, Flink and model share the process and the machine."
                                + " Batches of 64 or 5 ms, checkpoints every 10 s, one subtask.",
                        "Throughput: requests that all lie in their topic, counted between the first"
                                + " fifth of the predictions and the last one in theirs. The"
                                + " producer alone sends records of that size, with the job's"
                                + " settings, and nothing else.",
                        "Swaps: "
                                + perSecond(settings)
                                + " requests/s, evenly; a version is visible when the first answer"
                                + " of it has come to the one who asked."));
    }

    private static List<Case> cases(Settings settings) {
        return settings.size() == Settings.Size.SMOKE
                ? List.of(new Case(List.of(8), 100, BATCH))
                : List.of(
                        new Case(List.of(256, 256), 10_000, BATCH),
                        new Case(List.of(1024, 1024), 10_000, BATCH),
                        new Case(List.of(64, 64), 64, BATCH));
    }

    private static List<Row> throughput(
            Case served, ServingPipeline pipeline, Settings settings, Progress progress)
            throws Exception {
        ModelUpdate update = version(served, settings, 1);
        int requests =
                served.cells() > 1000
                        ? settings.pick(40_000, 20_000, 0)
                        : settings.pick(1_000_000, 400_000, 1000);
        int bytes = served.cells() * Float.BYTES + ENVELOPE_BYTES;
        try (ServedModel bare = ServedModel.load(update);
                TouchedMemory memory = new TouchedMemory(settings.scratch())) {
            SideBySide.Side ours =
                    () -> {
                        if (settings.size() != Settings.Size.SMOKE) {
                            memory.touch(progress);
                        }
                        return served(pipeline, update, requests);
                    };
            List<double[]> inputs =
                    IntStream.range(0, BATCH).mapToObj(ServingPipeline::inputs).toList();
            SideBySide.Measured measured =
                    new SideBySide(served.name(), "predictions/s")
                            .side(OURS, ours)
                            .side(
                                    BARE,
                                    () ->
                                            BATCH
                                                    * Rate.of(
                                                            settings.seconds(5, 3, 0.2),
                                                            () -> bare.predictor().predict(inputs)))
                            .side(KAFKA, () -> producerAlone(pipeline, bytes, requests))
                            // A job that serves runs for long; it takes turns to compile it.
                            .withWarmUp(settings.pick(6, 4, 0))
                            .measure(settings.runs(), progress);
            return List.of(
                    // What a record costs bounds small fields, not what a forward does.
                    measured.compare(OURS, BARE, served.cells() > 1000 ? Asked.atLeast(0.8) : null),
                    measured.compare(OURS, KAFKA, null)
                            .named(served.name() + ", against the producer alone"));
        }
    }

    private static double producerAlone(ServingPipeline pipeline, int bytes, int records)
            throws Exception {
        Topics topics = pipeline.newTopics();
        double rate = pipeline.recordsPerSecond(topics, bytes, records);
        pipeline.drop(topics);
        return rate;
    }

    private static ModelUpdate version(Case served, Settings settings, long version)
            throws Exception {
        Path folder = settings.scratch().resolve("models-" + served.weights());
        return new PublishedVersions(served, folder).version(version);
    }

    /** Predictions in a second of a job that has answered one, and then has all requests there. */
    private static double served(ServingPipeline pipeline, ModelUpdate update, int requests)
            throws Exception {
        Topics topics = pipeline.newTopics();
        pipeline.publish(topics, update);
        pipeline.ask(topics, 0);
        // Asked before there is a model, most requests would have a fault for an answer.
        try (ServingPipeline.Serving serving = pipeline.serve(topics)) {
            await(pipeline, topics, 1);
            for (int number = 1; number < requests; number++) {
                pipeline.ask(topics, number);
            }
            pipeline.flush();
            long first = await(pipeline, topics, requests / 5);
            long began = System.nanoTime();
            long last = await(pipeline, topics, requests);
            return (last - first) / ((System.nanoTime() - began) * 1e-9);
        } finally {
            pipeline.drop(topics);
        }
    }

    private static long await(ServingPipeline pipeline, Topics topics, long predictions)
            throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        long found = pipeline.predictions(topics);
        while (found < predictions) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        found + " predictions in " + LIMIT + ", not " + predictions);
            }
            Thread.sleep(20);
            found = pipeline.predictions(topics);
        }
        return found;
    }

    private static int perSecond(Settings settings) {
        return settings.pick(200, 200, 100);
    }

    private static List<Row> swaps(
            Case served, ServingPipeline pipeline, Settings settings, Progress progress)
            throws Exception {
        int swaps = settings.pick(100, 100, 3);
        int requests = swaps * perSecond(settings) / 5;
        PublishedVersions versions =
                new PublishedVersions(served, settings.scratch().resolve("swaps"));
        ModelUpdate first = versions.version(1);
        List<ModelUpdate> next = new ArrayList<>();
        for (int i = 1; i <= swaps; i++) {
            next.add(versions.version(1 + i));
        }
        List<SwapLoad.Found> calm = new ArrayList<>();
        List<SwapLoad.Found> runs = new ArrayList<>();
        Topics topics = pipeline.newTopics();
        pipeline.publish(topics, first);
        try (ServingPipeline.Serving serving = pipeline.serve(topics);
                SwapLoad load =
                        new SwapLoad(pipeline, topics, perSecond(settings), first.getVersion())) {
            // A job that serves runs for long: it is compiled, and what it began with is old.
            for (int round = 1; round <= settings.pick(6, 4, 1); round++) {
                progress.say("warm-up: %s", latencies(load.run(requests, next)));
            }
            System.gc();
            for (int run = 1; run <= settings.runs(); run++) {
                calm.add(load.run(requests, List.of()));
                runs.add(load.run(requests, next));
                progress.say(
                        "run %d: %s without swaps, %s with %d; visible after %.3f s at most",
                        run,
                        latencies(calm.get(run - 1)),
                        latencies(runs.get(run - 1)),
                        swaps,
                        runs.get(run - 1).latest());
            }
        }
        List<Row> rows = new ArrayList<>(rows(swaps + " swaps, ", runs));
        rows.add(longest("no swap, ", calm, null));
        return rows;
    }

    private static String latencies(SwapLoad.Found found) {
        return "median %.1f, p99 %.1f, max %.1f ms"
                .formatted(found.latency(0.5), found.latency(0.99), found.latency(1));
    }

    private static Row longest(String what, List<SwapLoad.Found> runs, @Nullable Asked asked) {
        return Row.compared(
                what + "latency, longest against median",
                "ms",
                values(runs, 1),
                values(runs, 0.5),
                asked);
    }

    private static List<Row> rows(String what, List<SwapLoad.Found> runs) {
        Values median = values(runs, 0.5);
        Values visible = new Values(runs.stream().map(SwapLoad.Found::latest).toList());
        return List.of(
                new Row(
                        what + "version visible after, at most",
                        "s",
                        visible,
                        Values.NONE,
                        visible,
                        Asked.atMost(1),
                        ""),
                longest(what, runs, Asked.atMost(2)),
                Row.compared(
                        what + "latency, 99 % against median",
                        "ms",
                        values(runs, 0.99),
                        median,
                        null));
    }

    private static Values values(List<SwapLoad.Found> runs, double quantile) {
        return new Values(runs.stream().map(found -> found.latency(quantile)).toList());
    }

    /** The solver of the paper's study, and its network. */
    private static List<Row> solver(Settings settings, Progress progress) throws Exception {
        SolverSpec solver = StudyFile.bundled("heat2d-paper").study().solver().orElseThrow();
        Case replaced = new Case(List.of(256, 256), 10_000, BATCH);
        int steps = 100;
        try (ServedModel model = ServedModel.load(version(replaced, settings, 1))) {
            List<double[]> simulation =
                    IntStream.range(0, steps).mapToObj(ServingPipeline::inputs).toList();
            double[] one = simulation.get(0);
            Duration length = settings.seconds(3, 2, 0.2);
            SideBySide.Measured step =
                    new SideBySide("one step of 100 × 100 heat", "steps/s")
                            .side(
                                    SURROGATE,
                                    () -> Rate.of(length, () -> model.predictor().predict(one)))
                            .side(SOLVER, () -> steps * simulations(solver, steps, length))
                            .measure(settings.runs(), progress);
            SideBySide.Measured whole =
                    new SideBySide("100 steps of 100 × 100 heat", "simulations/s")
                            .side(
                                    SURROGATE,
                                    () ->
                                            Rate.of(
                                                    length,
                                                    () -> model.predictor().predict(simulation)))
                            .side(SOLVER, () -> simulations(solver, steps, length))
                            .measure(settings.runs(), progress);
            return List.of(
                    step.compare(SURROGATE, SOLVER, null)
                            .named("one step, prediction against solver"),
                    whole.compare(SURROGATE, SOLVER, null)
                            .named("100 steps in one forward, prediction against solver"));
        }
    }

    private static double simulations(SolverSpec solver, int steps, Duration length) {
        return Rate.of(
                length,
                () -> {
                    try (Solver running = solver.start(new double[] {300, 100, 500, 200, 400})) {
                        for (int step = 0; step < steps; step++) {
                            running.advance();
                        }
                    } catch (InterruptedException e) {
                        throw new IllegalStateException("interrupted", e);
                    }
                });
    }
}
