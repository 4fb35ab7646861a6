package io.penstock.bench.harness;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Says on a stream what is being done, each line with the time since the start. */
public final class Progress {
    private final PrintWriter out;
    private final long began = System.nanoTime();

    /**
     * @param out where the lines go
     */
    public Progress(PrintWriter out) {
        this.out = out;
    }

    /** Says something, formatted as by {@link String#format}. */
    public void say(String format, Object... values) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
        out.printf(
                Locale.ROOT,
                "%02d:%02d  %s%n",
                elapsed.toMinutes(),
                elapsed.toSecondsPart(),
                String.format(Locale.ROOT, format, values));
        out.flush();
    }
}
