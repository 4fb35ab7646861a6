package io.penstock.compare;

import io.penstock.report.LinesPicture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The results of a comparison as pictures. */
final class Plots {
    private Plots() {}

    /** Validation error over the training steps, a picture for each group, of the first seed. */
    static List<Path> errors(List<ArmOutcome> outcomes, Path folder) throws IOException {
        Map<String, List<LinesPicture.Line>> groups = new LinkedHashMap<>();
        for (ArmOutcome outcome : outcomes) {
            List<ArmResult.Point> curve = outcome.results().get(0).curve();
            if (!curve.isEmpty()) {
                groups.computeIfAbsent(outcome.arm().group(), group -> new ArrayList<>())
                        .add(
                                new LinesPicture.Line(
                                        outcome.arm().name(),
                                        curve.stream()
                                                .mapToDouble(ArmResult.Point::batch)
                                                .toArray(),
                                        curve.stream()
                                                .mapToDouble(ArmResult.Point::error)
                                                .toArray()));
            }
        }
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, List<LinesPicture.Line>> group : groups.entrySet()) {
            String suffix = group.getKey().isEmpty() ? "" : "-" + group.getKey().replace(' ', '-');
            Path file = folder.resolve("error" + suffix + ".png");
            String title =
                    "Validation error" + (group.getKey().isEmpty() ? "" : ", " + group.getKey());
            LinesPicture.write(
                    file,
                    new LinesPicture.Axes(title, "training steps", "error", true),
                    group.getValue());
            files.add(file);
        }
        return files;
    }

    /** Final error over the draws of a sample, a line for each way to fix the rest. */
    static Path draws(List<ArmOutcome> outcomes, Path folder) throws IOException {
        List<LinesPicture.Line> lines = new ArrayList<>();
        for (String group :
                List.of(DrawsExperiment.SAME_SIMULATIONS, DrawsExperiment.SAME_BATCHES)) {
            List<ArmOutcome> arms =
                    outcomes.stream().filter(o -> o.arm().group().equals(group)).toList();
            lines.add(
                    new LinesPicture.Line(
                            group,
                            arms.stream()
                                    .mapToDouble(
                                            o -> Double.parseDouble(o.arm().name().split(" ")[0]))
                                    .toArray(),
                            arms.stream().mapToDouble(ArmOutcome::meanError).toArray()));
        }
        Path file = folder.resolve("draws.png");
        LinesPicture.write(
                file,
                new LinesPicture.Axes(
                        "Error against draws of a sample", "draws of a sample", "error", true),
                lines);
        return file;
    }
}
