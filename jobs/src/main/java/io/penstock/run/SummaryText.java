package io.penstock.run;

import io.penstock.report.RunReport;
import io.penstock.report.Sharding;
import io.penstock.surrogate.Predictor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A run's report in the few lines that whoever watched it wants to read. */
final class SummaryText {
    private final StringBuilder text = new StringBuilder();

    private SummaryText() {}

    /**
     * The lines, the last one without an end.
     *
     * @param folder folder of the run
     */
    static String of(RunReport report, Path folder) {
        SummaryText summary = new SummaryText();
        summary.course(report.course());
        summary.data(report.data());
        summary.training(report);
        summary.files(folder);
        return summary.text.toString().stripTrailing();
    }

    private void course(RunReport.Course course) {
        line("Run %s after %.1f s", course.outcome().text(), course.durationSeconds());
        if (course.failure() != null) {
            line("  because %s", course.failure());
        }
    }

    private void data(RunReport.Data data) {
        line(
                "  simulations  %d requested, %s finished, %s failed",
                data.simulations().requested(),
                data.simulations().finished(),
                data.simulations().failed());
        RunReport.Samples samples = data.samples();
        line(
                "  samples      %s produced, %s unique, %s duplicates, %s rejected, %s trained",
                samples.produced(),
                samples.unique(),
                samples.duplicates(),
                samples.rejected(),
                samples.trained());
    }

    private void training(RunReport report) {
        RunReport.Training training = report.training();
        line("  batches      %s", training.batches());
        if (training.sharding() != null) {
            Sharding.Merging merging = training.sharding().merging();
            line(
                    "  shards       %d, %d rounds, merging %s of the time",
                    report.setup().shards(), merging.rounds(), percent(merging.timeShare()));
        }
        Double error = training.validation().normalisedRmse();
        if (error != null) {
            line("  validation   RMSE %.4f of the fields' standard deviation", error);
        }
    }

    private void files(Path folder) {
        line("  report       %s", folder.resolve("report.html").toAbsolutePath());
        if (Files.exists(folder.resolve("model").resolve(Predictor.WEIGHTS))) {
            line("  model        %s", folder.resolve("model").toAbsolutePath());
        }
    }

    private static String percent(@Nullable Double part) {
        return part == null ? "an unknown part" : String.format(Locale.ROOT, "%.1f %%", 100 * part);
    }

    private void line(String format, @Nullable Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
