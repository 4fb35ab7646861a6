package io.penstock.bench.suite;

import io.penstock.bench.fixture.BenchKafka;
import io.penstock.bench.fixture.Case;
import io.penstock.bench.fixture.ChildJvm;
import io.penstock.bench.fixture.PipelineJob;
import io.penstock.bench.fixture.PipelineProcess;
import io.penstock.bench.fixture.Resident;
import io.penstock.bench.fixture.Studies;
import io.penstock.bench.harness.Asked;
import io.penstock.bench.harness.Benchmark;
import io.penstock.bench.harness.Machine;
import io.penstock.bench.harness.Numbers;
import io.penstock.bench.harness.Progress;
import io.penstock.bench.harness.Result;
import io.penstock.bench.harness.Row;
import io.penstock.bench.harness.Settings;
import io.penstock.bench.harness.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Resident memory of a process that trains, against what its reservoir and its model need and a
 * constant, which is that of a process with next to no reservoir and model.
 */
public final class MemoryBenchmark implements Benchmark {
    private static final double MEGA = 1e6;

    /** Weights and two moments; a step in one pass holds no gradients. */
    private static final int COPIES = 3;

    /** A model and a reservoir. */
    private record Held(Case trained, int capacity) {
        String name() {
            return "%,d x %s kB, 6-…-%d"
                    .formatted(
                            capacity,
                            Numbers.shown(Studies.sample(trained.cells()).rowBytes() * 1e-3),
                            trained.cells());
        }

        double megabytes() {
            double reservoir = (double) capacity * Studies.sample(trained.cells()).rowBytes();
            return (reservoir + (double) COPIES * trained.weights() * Float.BYTES) / MEGA;
        }
    }

    /** A process that runs for long. */
    private record Soak(Held held, long records, Duration warmUp, Duration length) {}

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public int number() {
        return 7;
    }

    @Override
    public String title() {
        return "resident memory against capacity x sample + 3 x model + a constant; its growth";
    }

    @Override
    public Result run(Settings settings, Progress progress) throws Exception {
        if (!Resident.isKnown()) {
            return Result.notRun("this system does not tell a process's resident memory");
        }
        List<Row> rows = new ArrayList<>();
        Values constant = null;
        for (Held held : cases(settings)) {
            double needed = 2 * held.megabytes() * MEGA + 2e9;
            if (needed > Machine.availableBytes()) {
                rows.add(
                        Row.notRun(held.name(), "needs %.1f GB of memory".formatted(needed / 1e9)));
                continue;
            }
            Values resident = resident(held, settings, progress);
            if (constant == null) {
                constant = minus(resident, held.megabytes());
                rows.add(Row.measured("constant", "MB", constant));
            } else {
                Values expected = minus(constant, -held.megabytes());
                rows.add(Row.compared(held.name(), "MB", resident, expected, Asked.nearOne(0.1)));
            }
        }
        rows.add(soak(settings, progress));
        return new Result(
                rows,
                List.of(
                        "A process of its own with Flink and the training job, its heap 512 MiB and"
                                + " resident from the start; the broker is in another process. The"
                                + " constant is that of a process with 100 samples of 40 kB and a"
                                + " small model, less these.",
                        "Soak: the memory at the end over that after the warm-up; means of the last"
                                + " and the first tenth of it; in brackets those of every tenth. What"
                                + " grows in the first minutes is code that the JVM compiles: 10 MB in"
                                + " four minutes, by its own account of its memory."));
    }

    /** The first gives the constant. */
    private static List<Held> cases(Settings settings) {
        List<Integer> paper = List.of(256, 256);
        Held small = new Held(new Case(List.of(8), 10_000, 10), 100);
        Held usual = new Held(new Case(paper, 10_000, 10), 6000);
        return settings.pick(
                List.of(
                        small,
                        usual,
                        new Held(new Case(paper, 10_000, 10), 25_000),
                        new Held(new Case(List.of(16), 1_000_000, 10), 500)),
                List.of(small, usual),
                List.of(new Held(new Case(List.of(8), 100, 10), 100)));
    }

    private static Soak soakOf(Settings settings) {
        Held usual = new Held(new Case(List.of(256, 256), 10_000, 10), 6000);
        Held small = new Held(new Case(List.of(8), 100, 10), 200);
        return settings.pick(
                new Soak(usual, 120_000, Duration.ofMinutes(3), Duration.ofMinutes(10)),
                new Soak(usual, 20_000, Duration.ofSeconds(15), Duration.ofSeconds(30)),
                new Soak(small, 5_000, Duration.ofSeconds(1), Duration.ofSeconds(2)));
    }

    private static Values minus(Values values, double subtracted) {
        return new Values(values.all().stream().map(value -> value - subtracted).toList());
    }

    private static Values resident(Held held, Settings settings, Progress progress)
            throws Exception {
        List<Double> found = new ArrayList<>();
        Duration warmUp = settings.seconds(12, 8, 1);
        try (BenchKafka kafka = BenchKafka.start(settings.scratch())) {
            kafka.fill("memory", held.trained.cells(), held.capacity + 500L, progress);
            for (int run = 1; run <= settings.runs(); run++) {
                try (ChildJvm child = start(kafka, held, 0, settings)) {
                    awaitFull(child);
                    List<Double> samples = sample(child, warmUp);
                    double last = samples.get(samples.size() - 1);
                    found.add(last);
                    progress.say(
                            "%s, run %d of %d: %s MB",
                            held.name(), run, settings.runs(), Numbers.shown(last));
                }
            }
        }
        return new Values(found);
    }

    private static ChildJvm start(
            BenchKafka kafka, Held held, double samplesPerInsert, Settings settings)
            throws Exception {
        return PipelineProcess.start(
                new PipelineJob(
                        kafka.cluster().bootstrapServers(),
                        "memory-",
                        held.trained,
                        held.capacity,
                        samplesPerInsert,
                        settings.torchThreads(),
                        Duration.ofSeconds(5).toMillis()),
                settings.scratch());
    }

    private static void awaitFull(ChildJvm child) throws Exception {
        while (next(child) < 1) {
            // Reports come once a second.
        }
    }

    private static double next(ChildJvm child) throws Exception {
        return child.next()
                .orElseThrow(() -> new IllegalStateException("the training has ended"))
                .value();
    }

    /** Megabytes, once a report, for so long. */
    private static List<Double> sample(ChildJvm child, Duration length) throws Exception {
        List<Double> samples = new ArrayList<>();
        long began = System.nanoTime();
        do {
            next(child);
            samples.add(child.residentBytes() / MEGA);
        } while (System.nanoTime() - began < length.toNanos());
        return samples;
    }

    private static Row soak(Settings settings, Progress progress) throws Exception {
        Soak soak = soakOf(settings);
        try (BenchKafka kafka = BenchKafka.start(settings.scratch())) {
            kafka.fill("memory", soak.held.trained.cells(), soak.records, progress);
            progress.say("soak: %d s", soak.length.toSeconds());
            try (ChildJvm child = start(kafka, soak.held, 8, settings)) {
                awaitFull(child);
                sample(child, soak.warmUp);
                int parts = settings.pick(10, 10, 2);
                List<Double> means = new ArrayList<>();
                for (int part = 0; part < parts; part++) {
                    means.add(mean(sample(child, soak.length.dividedBy(parts))));
                    progress.say("soak: %s MB", Numbers.shown(means.get(part)));
                }
                return Row.compared(
                                "soak of " + soak.length.toSeconds() + " s",
                                "MB",
                                Values.of(means.get(parts - 1)),
                                Values.of(means.get(0)),
                                Asked.atMost(1.02))
                        .withRemark(
                                means.stream()
                                        .map(Numbers::shown)
                                        .collect(Collectors.joining(" ", "(", " MB)")));
            }
        }
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(value -> value).average().orElse(Double.NaN);
    }
}
