package io.penstock.run;

import io.penstock.schemas.TrainingReport;
import io.penstock.training.ShardReports;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * The live line of a run. On a terminal it is one line that is written over; elsewhere a line now
 * and then.
 */
final class ProgressLine {
    private static final Duration ON_TERMINAL = Duration.ofMillis(400);
    private static final Duration ELSEWHERE = Duration.ofSeconds(5);

    /** Width of the terminal, as the launcher finds it; a longer line would not be written over. */
    private static final int COLUMNS = Integer.getInteger("penstock.columns", 200);

    private final PrintWriter out;
    private final boolean terminal;
    private final int requested;
    private final long began;
    private long nextNanos;
    private int width;

    /**
     * @param terminal whether {@code out} is a terminal
     * @param requested simulations asked for; 0 when producers of others' send them
     */
    ProgressLine(PrintWriter out, boolean terminal, int requested, long nanos) {
        this.out = out;
        this.terminal = terminal;
        this.requested = requested;
        this.began = nanos;
        this.nextNanos = nanos;
    }

    /** Shows the progress if it is time to. */
    void show(RunProgress progress, long nanos) {
        if (nanos < nextNanos) {
            return;
        }
        nextNanos = nanos + (terminal ? ON_TERMINAL : ELSEWHERE).toNanos();
        String line = text(progress, Duration.ofNanos(nanos - began));
        if (terminal) {
            line = line.substring(0, Math.min(line.length(), COLUMNS - 1));
            out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            width = line.length();
        } else {
            out.println(line);
        }
        out.flush();
    }

    /** Leaves the line, so that what follows begins a new one. */
    void end() {
        if (terminal && width > 0) {
            out.println();
            width = 0;
        }
    }

    private String text(RunProgress progress, Duration elapsed) {
        StringBuilder line = new StringBuilder();
        append(line, "%02d:%02d", elapsed.toMinutes(), elapsed.toSecondsPart());
        append(line, "  simulations %d", progress.finished());
        if (requested > 0) {
            append(line, "/%d", requested);
        }
        if (progress.failed() > 0) {
            append(line, " (%d failed)", progress.failed());
        }
        if (!progress.lastReports().isEmpty()) {
            describe(line, progress.lastReports());
        }
        return line.toString();
    }

    private static void describe(StringBuilder line, ShardReports reports) {
        append(
                line,
                "  samples %,d",
                reports.total(TrainingReport::getInserts)
                        + reports.total(TrainingReport::getValidationSamples));
        append(line, "  batches %,d", reports.total(TrainingReport::getBatches));
        if (reports.shards() > 1) {
            append(line, "  rounds %,d", reports.rounds());
        }
        append(line, "  loss %s", scientific(reports.loss()));
        append(
                line,
                "  validation %s",
                scientific(reports.validated().map(TrainingReport::getValidationLoss)));
        append(
                line,
                "  reservoir %,d seen + %,d unseen",
                reports.total(TrainingReport::getReservoirSeen),
                reports.total(TrainingReport::getReservoirUnseen));
        append(line, "  %,.0f samples/s", reports.samplesPerSecond());
        append(line, "  %s", reports.phase().name().toLowerCase(Locale.ROOT));
    }

    private static void append(StringBuilder line, String format, Object... values) {
        line.append(String.format(Locale.ROOT, format, values));
    }

    private static String scientific(Optional<Double> value) {
        return value.map(number -> String.format(Locale.ROOT, "%.2e", number)).orElse("-");
    }
}
