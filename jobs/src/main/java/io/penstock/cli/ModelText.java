package io.penstock.cli;

import io.penstock.study.Sizes;
import io.penstock.surrogate.ModelDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Versions of a model as people read them. */
final class ModelText {
    private ModelText() {}

    /** A line for each version, below a heading. */
    static List<String> table(List<ModelSummary> versions) {
        TextTable table =
                new TextTable(
                        "version",
                        "published",
                        "size",
                        "batches",
                        "validation",
                        "error",
                        "weights");
        for (ModelSummary version : versions) {
            Double batches = version.metrics().get("batches");
            Double error = version.metrics().get("validationNormalisedRmse");
            table.row(
                    version.version(),
                    Output.time(version.timestampMillis()) + (version.last() ? ", the last" : ""),
                    Sizes.format(version.weights().bytes()),
                    batches == null ? "-" : Output.count(Math.round(batches)),
                    Output.scientific(version.metrics().get("validationLoss")),
                    error == null ? "-" : String.format(Locale.ROOT, "%.4f", error),
                    version.weights().where());
        }
        return table.lines();
    }

    /** Everything, a line for each thing. */
    static List<String> of(ModelDetails details) {
        ModelSummary summary = details.summary();
        ModelDescription description = details.description();
        List<String> lines = new ArrayList<>();
        lines.add("version " + summary.version() + " of the model of " + details.study());
        add(
                lines,
                "published",
                Output.time(summary.timestampMillis())
                        + (summary.last() ? ", the last of a run" : ""));
        add(
                lines,
                "weights",
                Sizes.format(summary.weights().bytes()) + ", " + summary.weights().where());
        add(lines, "sha256", summary.weights().sha256());
        add(
                lines,
                "network",
                description.architecture().kind().toLowerCase(Locale.ROOT)
                        + " "
                        + description.architecture().sizes()
                        + (description.form().isDirect() ? "" : ", auto-regressive"));
        for (ModelDescription.Input input : description.inputs()) {
            add(
                    lines,
                    "input",
                    named(input.name(), input.unit()) + " " + input.min() + " to " + input.max());
        }
        for (ModelDescription.Output output : description.outputs()) {
            add(lines, "output", named(output.name(), output.unit()) + " " + output.shape());
        }
        for (Map.Entry<String, Double> metric : summary.metrics().entrySet()) {
            add(lines, metric.getKey(), plain(metric.getValue()));
        }
        addProgress(lines, details);
        return lines;
    }

    private static void addProgress(List<String> lines, ModelDetails details) {
        for (ModelDetails.Shard shard : details.shards()) {
            add(
                    lines,
                    "shard " + shard.shard(),
                    Output.count(shard.batches())
                            + " batches, "
                            + Output.count(shard.samplesTrained())
                            + " samples trained");
        }
        String inputs =
                details.inputs().stream()
                        .map(i -> i.topic() + "-" + i.partition() + "@" + i.offset())
                        .collect(Collectors.joining(", "));
        add(lines, "read up to", inputs.isEmpty() ? "-" : inputs);
    }

    private static void add(List<String> lines, String what, String value) {
        lines.add(String.format(Locale.ROOT, "  %-25s %s", what, value).stripTrailing());
    }

    private static String named(String name, String unit) {
        return unit.isEmpty() ? name : name + " [" + unit + "]";
    }

    /** Counts as such, everything else to six digits. */
    private static String plain(double value) {
        return value >= 1 && Math.abs(value - Math.rint(value)) < 1e-9
                ? Output.count(Math.round(value))
                : String.format(Locale.ROOT, "%.6g", value);
    }
}
