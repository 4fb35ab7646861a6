package io.penstock.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hipparchus.stat.descriptive.StreamingStatistics;

/** The results of a comparison as tables. */
final class Tables {
    private Tables() {}

    /** A row for each arm, mean and standard deviation over the seeds, in Markdown. */
    static String markdown(List<ArmOutcome> outcomes) {
        boolean rollouts =
                outcomes.stream()
                        .flatMap(o -> o.results().stream())
                        .anyMatch(r -> r.rolloutError() != null);
        boolean hasChurn =
                outcomes.stream()
                        .flatMap(o -> o.results().stream())
                        .anyMatch(r -> r.churn() != null);
        StringBuilder table = new StringBuilder();
        List<String> names = new ArrayList<>(List.of("Arm", "Error"));
        if (rollouts) {
            names.addAll(List.of("Roll-out error", "Error of no change"));
        }
        if (hasChurn) {
            names.add("Churn");
        }
        names.addAll(
                List.of(
                        "Batches",
                        "Samples",
                        "Draws of each",
                        "Batches/s",
                        "Training, s",
                        "Before, s",
                        "Sample data, MB"));
        line(table, names);
        line(table, names.stream().map(name -> "---").toList());
        for (ArmOutcome outcome : outcomes) {
            line(table, cells(outcome, rollouts, hasChurn));
        }
        return table.toString();
    }

    private static List<String> cells(ArmOutcome outcome, boolean rollouts, boolean hasChurn) {
        List<String> cells = new ArrayList<>();
        cells.add(outcome.arm().title());
        cells.add(spread(outcome.of(ArmResult::error)));
        if (rollouts) {
            boolean has = outcome.results().get(0).rolloutError() != null;
            cells.add(has ? spread(outcome.of(r -> orNaN(r.rolloutError()))) : "");
            cells.add(
                    has ? number(outcome.of(r -> orNaN(r.noChangeError())).getMean(), "%.2e") : "");
        }
        if (hasChurn) {
            boolean has = outcome.results().get(0).churn() != null;
            cells.add(has ? spread(outcome.of(r -> orNaN(r.churn()))) : "");
        }
        cells.add(number(outcome.of(ArmResult::batches).getMean(), "%.0f"));
        cells.add(number(outcome.of(ArmResult::uniqueSamples).getMean(), "%.0f"));
        cells.add(number(outcome.of(ArmResult::drawsPerSample).getMean(), "%.1f"));
        cells.add(number(outcome.of(r -> r.batches() / r.seconds()).getMean(), "%.0f"));
        cells.add(number(outcome.of(ArmResult::seconds).getMean(), "%.0f"));
        cells.add(number(outcome.of(ArmResult::preparation).getMean(), "%.0f"));
        cells.add(number(outcome.of(r -> r.bytesWritten() / 1e6).getMean(), "%.0f"));
        return cells;
    }

    private static double orNaN(@org.jspecify.annotations.Nullable Double value) {
        return value == null ? Double.NaN : value;
    }

    private static String spread(StreamingStatistics statistics) {
        String mean = number(statistics.getMean(), "%.2e");
        return statistics.getN() == 1
                ? mean
                : mean + " ± " + number(statistics.getStandardDeviation(), "%.1e");
    }

    private static String number(double value, String format) {
        return String.format(Locale.ROOT, format, value);
    }

    private static void line(StringBuilder table, List<String> cells) {
        table.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** A line for each arm and seed, as comma-separated values. */
    static String csv(List<ArmOutcome> outcomes) {
        StringBuilder csv =
                new StringBuilder(
                        "group,arm,run,error,rolloutError,noChangeError,churn,batches,uniqueSamples,"
                                + "drawsPerSample,seconds,preparationSeconds,bytesWritten\n");
        for (ArmOutcome outcome : outcomes) {
            for (int run = 0; run < outcome.results().size(); run++) {
                ArmResult r = outcome.results().get(run);
                csv.append(
                        String.format(
                                Locale.ROOT,
                                "\"%s\",\"%s\",%d,%s,%s,%s,%s,%d,%d,%.3f,%.3f,%.3f,%d%n",
                                outcome.arm().group(),
                                outcome.arm().name(),
                                run,
                                r.error(),
                                r.rolloutError() == null ? "" : r.rolloutError(),
                                r.noChangeError() == null ? "" : r.noChangeError(),
                                r.churn() == null ? "" : r.churn(),
                                r.batches(),
                                r.uniqueSamples(),
                                r.drawsPerSample(),
                                r.seconds(),
                                r.preparation(),
                                r.bytesWritten()));
            }
        }
        return csv.toString();
    }
}
