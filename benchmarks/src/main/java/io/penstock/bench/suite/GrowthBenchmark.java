package io.penstock.bench.suite;

import io.penstock.bench.fixture.Case;
import io.penstock.bench.fixture.ChildJvm;
import io.penstock.bench.fixture.GrowthProcess;
import io.penstock.bench.fixture.StepWork;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What insert, step, checkpoint and memory cost as the grid grows to a million cells. */
public final class GrowthBenchmark implements Benchmark {
    private static final double BATCH_COPIES = 3;

    /** A grid of so many cells a side, and steps of each round. */
    private record Grid(int side, Case trained, int capacity, int steps) {
        double weightBytes() {
            return (double) trained.weights() * Float.BYTES;
        }

        double reservoirBytes() {
            return (double) capacity * Studies.sample(trained.cells()).rowBytes();
        }

        /** Weights, gradients, two moments, reservoir, staging. */
        double memory() {
            return 4 * weightBytes()
                    + reservoirBytes()
                    + BATCH_COPIES * trained.batch() * trained.cells() * Float.BYTES;
        }
    }

    /** A quantity: how it is measured and how many bytes it deals with. */
    private enum Quantity {
        INSERT(GrowthProcess.INSERT, "µs", 1e6),
        STEP(GrowthProcess.STEP, "ms", 1e3),
        CHECKPOINT(GrowthProcess.CHECKPOINT, "ms", 1e3),
        CHECKPOINT_TO_DISK(GrowthProcess.CHECKPOINT_DISK, "ms", 1e3),
        CHECKPOINT_SIZE(GrowthProcess.CHECKPOINT_BYTES, "MB", 1e-6);

        private final String line;
        private final String unit;
        private final double scale;

        Quantity(String line, String unit, double scale) {
            this.line = line;
            this.unit = unit;
            this.scale = scale;
        }

        /** Whether it depends on us, and not on how fast the disk takes what there is. */
        boolean isOurs() {
            return this != CHECKPOINT_TO_DISK;
        }

        double bytes(Grid grid) {
            return switch (this) {
                case INSERT -> Studies.sample(grid.trained.cells()).rowBytes();
                case STEP -> StepWork.of(grid.trained).bytes();
                case CHECKPOINT, CHECKPOINT_TO_DISK, CHECKPOINT_SIZE -> 3 * grid.weightBytes();
            };
        }
    }

    @Override
    public String name() {
        return "growth";
    }

    @Override
    public int number() {
        return 10;
    }

    @Override
    public String title() {
        return "costs at grids of growing size, against growth in proportion to the bytes";
    }

    @Override
    public Result run(Settings settings, Progress progress) throws Exception {
        Map<Grid, Map<String, Values>> found = new LinkedHashMap<>();
        List<Row> rows = new ArrayList<>();
        for (Grid grid : grids(settings)) {
            double needed = 1.25 * grid.memory() + 2e9;
            if (needed > Machine.availableBytes()) {
                rows.add(
                        Row.notRun(
                                grid.side + "²",
                                "needs %.1f GB of memory".formatted(needed * 1e-9)));
            } else {
                progress.say(
                        "grid %d², %,d weights, %s GB",
                        grid.side, grid.trained.weights(), Numbers.shown(grid.memory() * 1e-9));
                found.put(grid, measure(grid, settings, progress));
            }
        }
        for (Quantity quantity : Quantity.values()) {
            rows.addAll(rows(quantity, found));
        }
        rows.addAll(memory(found));
        return new Result(
                rows,
                List.of(
                        "6-256-256-cells, batch 10. The reference is the grid before, times the"
                                + " growth of the bytes that are dealt with; asked where both grids"
                                + " are far beyond the caches.",
                        "A checkpoint to the disk is timed until the disk has it, as fast as that is.",
                        "Each grid has a process of its own; memory is asked to be that of weights,"
                                + " gradients, moments, reservoir and staging, and what the smallest"
                                + " grid has beyond these."));
    }

    private static List<Grid> grids(Settings settings) {
        if (settings.size() == Settings.Size.SMOKE) {
            return List.of(grid(8, 8, 100, 10), grid(10, 8, 100, 10));
        }
        return List.of(
                grid(32, 256, 6000, settings.pick(2000, 500, 0)),
                grid(100, 256, 6000, settings.pick(300, 100, 0)),
                grid(316, 256, 500, settings.pick(60, 20, 0)),
                grid(1000, 256, 50, settings.pick(60, 3, 0)));
    }

    private static Grid grid(int side, int units, int capacity, int steps) {
        return new Grid(side, new Case(List.of(units, units), side * side, 10), capacity, steps);
    }

    private static Map<String, Values> measure(Grid grid, Settings settings, Progress progress)
            throws Exception {
        Map<String, List<Double>> found = new LinkedHashMap<>();
        try (ChildJvm child =
                GrowthProcess.start(
                        grid.trained,
                        grid.capacity,
                        settings.torchThreads(),
                        settings.runs(),
                        grid.steps,
                        settings.scratch())) {
            for (Optional<ChildJvm.Line> line = child.next();
                    line.isPresent();
                    line = child.next()) {
                ChildJvm.Line said = line.get();
                found.computeIfAbsent(said.name(), name -> new ArrayList<>()).add(said.value());
                progress.say(
                        "grid %d², %s: %s", grid.side, said.name(), Numbers.shown(said.value()));
            }
        }
        Map<String, Values> values = new LinkedHashMap<>();
        found.forEach((name, all) -> values.put(name, new Values(all)));
        return values;
    }

    private static List<Row> rows(Quantity quantity, Map<Grid, Map<String, Values>> found) {
        List<Row> rows = new ArrayList<>();
        Grid before = null;
        for (Map.Entry<Grid, Map<String, Values>> entry : found.entrySet()) {
            Grid grid = entry.getKey();
            String name = quantity.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            Values ours = scaled(entry.getValue(), quantity.line, quantity.scale);
            if (before == null) {
                rows.add(Row.measured(name + ", " + grid.side + "²", quantity.unit, ours));
            } else {
                double growth = quantity.bytes(grid) / quantity.bytes(before);
                Values expected =
                        scaled(
                                found.getOrDefault(before, Map.of()),
                                quantity.line,
                                quantity.scale * growth);
                rows.add(
                        Row.compared(
                                name + ", " + grid.side + "²",
                                quantity.unit,
                                ours,
                                expected,
                                quantity.isOurs() ? asked(before) : null));
            }
            before = grid;
        }
        return rows;
    }

    /**
     * A step of a grid this large does not fit into a cache, so a larger one is no slower for it.
     */
    private static @Nullable Asked asked(Grid before) {
        return before.side > 300 ? Asked.atMost(1.25) : null;
    }

    private static Values scaled(Map<String, Values> values, String name, double scale) {
        return new Values(
                values.getOrDefault(name, Values.NONE).all().stream()
                        .map(value -> value * scale)
                        .toList());
    }

    private static List<Row> memory(Map<Grid, Map<String, Values>> found) {
        List<Row> rows = new ArrayList<>();
        double constant = Double.NaN;
        for (Map.Entry<Grid, Map<String, Values>> entry : found.entrySet()) {
            Grid grid = entry.getKey();
            Values resident = scaled(entry.getValue(), GrowthProcess.RESIDENT, 1e-6);
            String name = "memory, " + grid.side + "²";
            if (Double.isNaN(constant)) {
                constant = resident.median() - grid.memory() * 1e-6;
                rows.add(Row.measured(name, "MB", resident));
            } else {
                Values expected = Values.of(grid.memory() * 1e-6 + constant);
                rows.add(Row.compared(name, "MB", resident, expected, asked(grid)));
            }
        }
        return rows;
    }
}
