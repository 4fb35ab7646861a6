package io.penstock.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.report.RunReport.Outcome;
import io.penstock.run.StopSignal;
import io.penstock.run.StudyRun;
import io.penstock.study.Study;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;
import org.jspecify.annotations.Nullable;

/** Runs a study as {@code penstock run} does: broker, Flink, simulations and training. */
final class OnlineArm {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Study study;
    private final String text;
    private final Path folder;
    private final PrintWriter out;
    private final StopSignal stop;

    OnlineArm(Study study, String text, Path folder, PrintWriter out, StopSignal stop) {
        this.study = study;
        this.text = text;
        this.folder = folder;
        this.out = out;
        this.stop = stop;
    }

    /** The folder of the finished run. */
    Path run() throws Exception {
        Path runs = folder.resolve("run");
        FileUtils.deleteDirectory(runs.toFile());
        Outcome outcome =
                new StudyRun(
                                study.withOutputFolder(runs),
                                new StudyRun.Settings(
                                        text, Optional.empty(), System.console() != null, out),
                                stop)
                        .run();
        Interrupted.check(stop);
        if (outcome != Outcome.FINISHED) {
            throw new IOException("the run in " + runs + " ended as " + outcome);
        }
        try (Stream<Path> made = Files.list(runs)) {
            return made.findFirst().orElseThrow();
        }
    }

    static JsonNode report(Path run) throws IOException {
        return JSON.readTree(run.resolve("report.json").toFile());
    }

    /** Validation errors over the batches, each where it was first reported. */
    static List<ArmResult.Point> curve(Path run) throws IOException {
        List<ArmResult.Point> curve = new ArrayList<>();
        for (ArmResult.Point point : validations(run, "validationLoss")) {
            if (curve.isEmpty() || curve.get(curve.size() - 1).batch() < point.batch()) {
                curve.add(point);
            }
        }
        return curve;
    }

    /**
     * The churn over the last whole interval from one teacher to the next; null when none was
     * reported.
     */
    static @Nullable Double churn(Path run, int every) throws IOException {
        return validations(run, "churn").stream()
                .filter(point -> point.batch() % every == 0)
                .reduce((earlier, later) -> later)
                .map(ArmResult.Point::error)
                .orElse(null);
    }

    /** What the reports of a run say of its validations, those that say it. */
    private static List<ArmResult.Point> validations(Path run, String name) throws IOException {
        List<String> lines = Files.readAllLines(run.resolve("training.csv"));
        List<String> names = Arrays.asList(lines.get(0).split(",", -1));
        int batch = names.indexOf("validationBatch");
        int value = names.indexOf(name);
        return lines.stream()
                .skip(1)
                .map(line -> line.split(",", -1))
                .filter(row -> !row[batch].isEmpty() && !row[value].isEmpty())
                .map(
                        row ->
                                new ArmResult.Point(
                                        Long.parseLong(row[batch]), Double.parseDouble(row[value])))
                .toList();
    }
}
