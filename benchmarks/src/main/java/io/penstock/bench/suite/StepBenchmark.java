package io.penstock.bench.suite;

import io.penstock.bench.fixture.BareLoop;
import io.penstock.bench.fixture.Case;
import io.penstock.bench.fixture.StockLoop;
import io.penstock.bench.fixture.Studies;
import io.penstock.bench.harness.Asked;
import io.penstock.bench.harness.Benchmark;
import io.penstock.bench.harness.Machine;
import io.penstock.bench.harness.Progress;
import io.penstock.bench.harness.Result;
import io.penstock.bench.harness.Row;
import io.penstock.bench.harness.Settings;
import io.penstock.bench.harness.SideBySide;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A training step of ours against one of DJL's own Trainer and Adam. */
public final class StepBenchmark implements Benchmark {
    private static final String OURS = "our step";
    private static final String REFERENCE = "DJL's Trainer and Adam";

    /** Weights, gradients and two moments, of either side; and what operations take besides. */
    private static final int COPIES = 2 * 4 + 2;

    /** A case, the rows in memory it draws from, and what is asked of it. */
    private record Asking(Case trained, int rows, double ratio) {
        long bytes() {
            long samples = (long) rows * trained.cells() * Float.BYTES;
            return COPIES * trained.weights() * Float.BYTES + 2 * samples;
        }
    }

    @Override
    public String name() {
        return "step";
    }

    @Override
    public int number() {
        return 2;
    }

    @Override
    public String title() {
        return "a training step against DJL's Trainer with its Adam";
    }

    @Override
    public Result run(Settings settings, Progress progress) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (Asking asking : cases(settings)) {
            long available = Machine.availableBytes();
            rows.add(
                    asking.bytes() > available
                            ? Row.notRun(asking.trained.name(), shortage(asking, available))
                            : compare(asking, settings, progress));
        }
        return new Result(
                rows,
                List.of(
                        "The stock loop draws its batches from memory as ours does, from rows that"
                                + " need no normalisation."));
    }

    private static List<Asking> cases(Settings settings) {
        if (settings.size() == Settings.Size.SMOKE) {
            return List.of(new Asking(new Case(List.of(8), 100, 10), 100, 1));
        }
        return List.of(
                new Asking(new Case(List.of(256, 256), 10_000, 10), 6000, 2.2),
                new Asking(new Case(List.of(256, 256), 10_000, 32), 6000, 1.8),
                new Asking(new Case(List.of(64, 64), 64, 32), 6000, 1.5),
                new Asking(new Case(List.of(256, 256), 1_000_000, 10), 50, 2));
    }

    private static String shortage(Asking asking, long available) {
        return "needs %.1f GiB of memory, %.1f are to be had"
                .formatted(asking.bytes() / 0x1p30, available / 0x1p30);
    }

    private static Row compare(Asking asking, Settings settings, Progress progress)
            throws Exception {
        Duration length = settings.seconds(8, 3, 0.1);
        Case trained = asking.trained;
        progress.say("%s: making the models", trained.name());
        try (BareLoop ours =
                        new BareLoop(
                                Studies.study(
                                        trained,
                                        Studies.reservoir(asking.rows, 1),
                                        Studies.CONTINUOUS,
                                        settings.torchThreads(),
                                        Duration.ofSeconds(1)));
                StockLoop stock = new StockLoop(trained, asking.rows, settings.torchThreads())) {
            ours.stepsPerSecond(length.dividedBy(4));
            stock.stepsPerSecond(length.dividedBy(4));
            SideBySide.Measured measured =
                    new SideBySide(trained.name(), "steps/s")
                            .side(OURS, () -> ours.stepsPerSecond(length))
                            .side(REFERENCE, () -> stock.stepsPerSecond(length))
                            .measure(settings.runs(), progress);
            return measured.compare(OURS, REFERENCE, Asked.atLeast(asking.ratio));
        }
    }
}
