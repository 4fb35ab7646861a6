package io.penstock.compare;

import io.penstock.report.LinesPicture;
import io.penstock.reservoir.Reservoir;
import io.penstock.sample.Quantity;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.SimulationRequest;
import io.penstock.study.Study;
import io.penstock.study.StudyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.simple.RandomSource;
import org.hipparchus.stat.descriptive.StreamingStatistics;

/**
 * How well the parameters of the samples in a buffer stand for those of the study, over time: the
 * first parameter's mean and standard deviation over what the buffer holds, in units of its range.
 * An unbiased buffer has those of the distribution the parameters are drawn from.
 *
 * <p>Found by taking the study's samples through its reservoir in the counted pace, without the
 * fields and without a model, on which what a buffer holds does not depend; the random draws are
 * others than those of the run.
 */
final class ParameterBias {
    private static final int POINTS = 200;

    private final Study study;
    private final Reservoir reservoir;
    private final int[] slots;
    private final boolean[] fresh;
    private final List<SimulationRequest> requests;

    private ParameterBias(Study study) {
        this.study = study;
        this.reservoir =
                Reservoir.create(
                        study.reservoir(), RandomSource.XO_SHI_RO_256_PP.create(study.seed()));
        this.slots = new int[study.training().batch()];
        this.fresh = new boolean[study.training().batch()];
        this.requests =
                study.requestPlan().orElseThrow().requests().stream()
                        .filter(request -> request.getPurpose() == Purpose.TRAINING)
                        .toList();
    }

    /** A point in time. */
    private record Point(long inserts, double mean, double deviation) {}

    /** A picture of the means and one of the spreads, a line for each online arm's first seed. */
    static List<Path> pictures(List<ArmOutcome> outcomes, Path folder) throws IOException {
        List<LinesPicture.Line> means = new ArrayList<>();
        List<LinesPicture.Line> spreads = new ArrayList<>();
        for (ArmOutcome outcome : outcomes) {
            if (outcome.arm().source() == Arm.Source.ONLINE) {
                Path file = folder.resolve(outcome.arm().folder(1)).resolve("study.yaml");
                if (Files.exists(file)) {
                    List<Point> points = new ParameterBias(StudyFile.read(file).study()).course();
                    double[] x = points.stream().mapToDouble(Point::inserts).toArray();
                    means.add(
                            new LinesPicture.Line(
                                    outcome.arm().name(),
                                    x,
                                    points.stream().mapToDouble(Point::mean).toArray()));
                    spreads.add(
                            new LinesPicture.Line(
                                    outcome.arm().name(),
                                    x,
                                    points.stream().mapToDouble(Point::deviation).toArray()));
                }
            }
        }
        Path mean = folder.resolve("parameter-mean.png");
        Path spread = folder.resolve("parameter-spread.png");
        LinesPicture.write(mean, axes("Mean of a parameter in the buffer (unbiased: 0.5)"), means);
        LinesPicture.write(
                spread, axes("Spread of a parameter in the buffer (unbiased: 0.29)"), spreads);
        return List.of(mean, spread);
    }

    private static LinesPicture.Axes axes(String title) {
        return new LinesPicture.Axes(title, "samples inserted", "in units of its range", false);
    }

    private List<Point> course() {
        List<Point> course = new ArrayList<>();
        long total = (long) requests.size() * study.steps();
        long every = Math.max(1, total / POINTS);
        for (int simulation = 0; simulation < requests.size(); simulation++) {
            for (int step = 0; step < study.steps(); step++) {
                while (!reservoir.acceptsInsert()) {
                    draw();
                }
                reservoir.insert(0, reservoir.inserts(), simulation, step);
                // Before the draws that it brings: after them a fifo is empty.
                if (reservoir.inserts() % every == 0) {
                    course.add(point());
                }
                while (reservoir.canFill(slots.length) && owed() >= slots.length) {
                    draw();
                }
            }
        }
        return course;
    }

    private void draw() {
        reservoir.drawBatch(slots.length, slots, fresh);
    }

    private double owed() {
        long paid = Math.max(0, reservoir.inserts() - reservoir.threshold());
        return study.training().pace().samplesPerInsert() * paid - reservoir.draws();
    }

    private Point point() {
        Quantity parameter = study.parameters().get(0);
        StreamingStatistics statistics = new StreamingStatistics();
        reservoir.forEachOccupied(
                slot -> {
                    double value =
                            requests.get((int) reservoir.simulation(slot)).getParameters().get(0);
                    statistics.addValue(
                            (value - parameter.min()) / (parameter.max() - parameter.min()));
                });
        return new Point(
                reservoir.inserts(), statistics.getMean(), statistics.getStandardDeviation());
    }
}
