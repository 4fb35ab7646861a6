package io.penstock.report;

import io.penstock.report.RunReport.Course;
import io.penstock.report.RunReport.Data;
import io.penstock.report.RunReport.DrawsPerSample;
import io.penstock.report.RunReport.Setup;
import io.penstock.report.RunReport.Training;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A run's report as HTML tables, in units people read. */
final class SummaryTable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final StringBuilder html = new StringBuilder();

    private SummaryTable() {}

    static String of(RunReport report) {
        SummaryTable table = new SummaryTable();
        table.setup(report.setup());
        table.data(report.data());
        table.training(report.training());
        table.course(report.course());
        return table.html.append("</tbody></table>\n").toString();
    }

    /** The rejected samples by cause, or a sentence when there are none. */
    static String rejections(Map<String, Long> rejections) {
        if (rejections.isEmpty()) {
            return "<p>No sample was rejected.</p>\n";
        }
        SummaryTable table = new SummaryTable();
        rejections.forEach((cause, count) -> table.row(cause, Human.count(count)));
        return """
                <table>
                <thead><tr><th scope="col">Cause</th><th scope="col">Samples</th></tr></thead>
                <tbody>
                %s</tbody>
                </table>
                """
                .formatted(table.html);
    }

    /** What each shard did, or nothing when there is only one. */
    static String shards(@Nullable Sharding sharding) {
        if (sharding == null) {
            return "";
        }
        SummaryTable table = new SummaryTable();
        sharding.perShard().forEach(table::shard);
        return """
                <div class="scroll">
                <table class="numbers"><caption>Shards</caption>
                <thead><tr><th scope="col">Shard</th><th scope="col">Batches</th>\
                <th scope="col">Samples trained</th><th scope="col">Inserts</th>\
                <th scope="col">Duplicates</th><th scope="col">Rounds</th>\
                <th scope="col">Time spent merging</th></tr></thead>
                <tbody>
                %s</tbody>
                </table>
                </div>
                """
                .formatted(table.html);
    }

    private void shard(Sharding.Shard shard) {
        row(
                Integer.toString(shard.shard()),
                Human.count(shard.batches()),
                Human.count(shard.samplesTrained()),
                Human.count(shard.inserts()),
                Human.count(shard.duplicates()),
                Human.count(shard.rounds()),
                Human.percent(shard.mergingTimeShare()));
    }

    private void setup(Setup setup) {
        group("Study");
        row("Study", setup.study());
        row("Seed", Long.toString(setup.seed()));
        row("Buffer", setup.buffer().kind());
        row("Capacity per shard", Human.count((long) setup.buffer().capacity()));
        if (setup.buffer().threshold() != null) {
            row("Threshold per shard", Human.count(setup.buffer().threshold().longValue()));
        }
        row("Pace", setup.pace());
        row("Shards", Integer.toString(setup.shards()));
    }

    private void data(Data data) {
        group("Simulations");
        row("Requested", Human.count(data.simulations().requested()));
        row("Finished", Human.count(data.simulations().finished()));
        row("Failed", Human.count(data.simulations().failed()));
        group("Samples");
        row("Produced", Human.count(data.samples().produced()));
        row("Unique", Human.count(data.samples().unique()));
        row("Of these for validation", Human.count(data.samples().validation()));
        row("Duplicates dropped", Human.count(data.samples().duplicates()));
        row("Rejected", Human.count(data.samples().rejected()));
        row("Trained, repeats counted", Human.count(data.samples().trained()));
    }

    private void training(Training training) {
        group("Training");
        row("Batches", Human.count(training.batches()));
        row("Draws per sample", draws(training.drawsPerSample()));
        row("Samples trained", rate(training.throughput().samplesPerSecond()));
        row("Batches trained", rate(training.throughput().batchesPerSecond()));
        row("Samples inserted", rate(training.throughput().insertsPerSecond()));
        group("Validation");
        row("Normalised RMSE", Human.number(training.validation().normalisedRmse()));
        row("RMSE, in units of the field", Human.number(training.validation().rmse()));
        row("MSE, in squared units of the field", Human.number(training.validation().mse()));
        if (training.sharding() != null) {
            merging(training.sharding().merging());
        }
        group("Checkpoints");
        row("Completed", Human.count(training.checkpoints().count()));
        row("Size of the last", Human.bytes(training.checkpoints().lastBytes()));
        Double stall = training.checkpoints().maxStallMillis();
        row("Longest stall", Human.number(stall) + (stall == null ? "" : " ms"));
    }

    private void merging(Sharding.Merging merging) {
        group("Merging");
        row("Rounds", Human.count(merging.rounds()));
        row("Time spent merging", Human.percent(merging.timeShare()));
        row("Contributions before their turn", Human.count(merging.earlyContributions()));
        row("Contributions refused", Human.count(merging.refusedContributions()));
    }

    private void course(Course course) {
        group("Run");
        row("Outcome", course.outcome().text());
        row("Started", TIME.format(course.startedAt()));
        row("Duration", Human.duration(course.durationSeconds()));
        row("SHA-256 of the weights", or(course.weightsSha256()));
        row("Version of Penstock", or(course.version()));
    }

    private static String draws(DrawsPerSample draws) {
        return draws.mean() == null
                ? Human.number(null)
                : "mean %s, fewest %s, most %s"
                        .formatted(
                                Human.number(draws.mean()),
                                Human.count(draws.min()),
                                Human.count(draws.max()));
    }

    private static String rate(@Nullable Double perSecond) {
        return Human.number(perSecond) + (perSecond == null ? "" : " per second");
    }

    private static String or(@Nullable String text) {
        return text == null ? Human.number(null) : text;
    }

    private void group(String title) {
        html.append(html.isEmpty() ? "" : "</tbody></table>\n")
                .append("<table><caption>")
                .append(Html.escape(title))
                .append("</caption><tbody>\n");
    }

    private void row(String name, String... values) {
        html.append("<tr><th scope=\"row\">").append(Html.escape(name)).append("</th>");
        for (String value : values) {
            html.append("<td>").append(Html.escape(value)).append("</td>");
        }
        html.append("</tr>\n");
    }
}
