package io.penstock.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Where a study is, as people read it. */
final class StatusText {
    private StatusText() {}

    /**
     * A paragraph.
     *
     * @param nowMillis wall clock, milliseconds since the epoch
     */
    static List<String> of(StudyStatus status, long nowMillis) {
        List<String> lines = new ArrayList<>();
        long last =
                status.shards().stream()
                        .mapToLong(StudyStatus.Shard::reportedMillis)
                        .max()
                        .orElse(0);
        lines.add(
                "study "
                        + status.study()
                        + ": "
                        + (status.phase() == null
                                ? "no report of a training yet"
                                : status.phase()
                                        + ", last report "
                                        + age(nowMillis - last)
                                        + " ago"));
        if (!status.shards().isEmpty()) {
            shards(status, nowMillis).forEach(line -> lines.add("  " + line));
        }
        if (status.ensemble().total() > 0) {
            lines.add("  ensemble   " + ensemble(status.ensemble()));
        }
        data(status.data(), nowMillis, lines);
        return lines;
    }

    private static List<String> shards(StudyStatus status, long nowMillis) {
        TextTable table =
                new TextTable(
                        "shard",
                        "phase",
                        "batches",
                        "loss",
                        "fresh",
                        "validation",
                        "rate",
                        "samples/s",
                        "inserts/s",
                        "reservoir",
                        "age",
                        "report");
        for (StudyStatus.Shard shard : status.shards()) {
            StudyStatus.Learning learning = shard.learning();
            StudyStatus.Reservoir reservoir = shard.reservoir();
            Double sampleAge = reservoir.sampleAge();
            table.row(
                    shard.shard(),
                    shard.phase(),
                    Output.count(learning.batches()),
                    Output.scientific(learning.losses().training()),
                    Output.scientific(learning.losses().fresh()),
                    Output.scientific(learning.losses().validation()),
                    Output.scientific(learning.learningRate()),
                    Output.count(Math.round(learning.samplesPerSecond())),
                    Output.count(Math.round(reservoir.insertsPerSecond())),
                    Output.count(reservoir.seen())
                            + " seen + "
                            + Output.count(reservoir.unseen())
                            + " unseen of "
                            + Output.count(reservoir.capacity()),
                    sampleAge == null ? "-" : Output.count(Math.round(sampleAge)),
                    age(nowMillis - shard.reportedMillis()));
        }
        return table.lines();
    }

    private static String ensemble(StudyStatus.Ensemble ensemble) {
        return "%d simulations: %d finished, %d running, %d waiting, %d failed, %d given up"
                .formatted(
                        ensemble.total(),
                        ensemble.finished(),
                        ensemble.running(),
                        ensemble.waiting(),
                        ensemble.failed(),
                        ensemble.givenUp());
    }

    private static void data(StudyStatus.Data data, long nowMillis, List<String> lines) {
        ModelSummary model = data.model();
        if (model != null) {
            lines.add(
                    "  model      version "
                            + model.version()
                            + (model.last() ? ", the last," : "")
                            + " published "
                            + age(nowMillis - model.timestampMillis())
                            + " ago");
        }
        if (data.lag() != null) {
            lines.add(
                    "  lag        at most "
                            + Output.count(data.lag())
                            + " records, those that came after this version was made");
        }
        lines.add(
                "  rejected   "
                        + (data.rejected().isEmpty()
                                ? "none"
                                : data.rejected().entrySet().stream()
                                        .map(e -> Output.count(e.getValue()) + " " + e.getKey())
                                        .collect(Collectors.joining(", "))));
    }

    /** A length of time in its largest unit. */
    static String age(long millis) {
        double seconds = Math.max(0, millis) / 1000.0;
        if (seconds < 100) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        if (seconds < 100 * 60) {
            return Math.round(seconds / 60) + " min";
        }
        return seconds < 48 * 3600
                ? Math.round(seconds / 3600) + " h"
                : Math.round(seconds / 86400) + " d";
    }
}
