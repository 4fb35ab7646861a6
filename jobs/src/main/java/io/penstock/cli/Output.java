package io.penstock.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** How commands that look at topics write what they found. */
final class Output {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Output() {}

    /** Prints a value as JSON. */
    static void json(CommandSpec spec, Object value) {
        json(spec, JSON.writerWithDefaultPrettyPrinter(), value);
    }

    /** Prints a value as JSON in one line. */
    static void jsonLine(CommandSpec spec, Object value) {
        json(spec, JSON.writer(), value);
    }

    private static void json(CommandSpec spec, ObjectWriter writer, Object value) {
        try {
            lines(spec, List.of(writer.writeValueAsString(value)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(value.getClass() + " did not become JSON", e);
        }
    }

    /** Prints lines. */
    static void lines(CommandSpec spec, Iterable<String> lines) {
        PrintWriter out = spec.commandLine().getOut();
        lines.forEach(out::println);
        out.flush();
    }

    /** Says on the error stream that records could not be decoded, if there were any. */
    static void warn(CommandSpec spec, TopicReader reader) {
        if (reader.passedOver() > 0) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(
                    "penstock: passed over "
                            + reader.passedOver()
                            + " records that could not be decoded; were they written by a newer"
                            + " release?");
            err.flush();
        }
    }

    /** A point in time, in UTC to the second. */
    static String time(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** A count with its thousands apart. */
    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Three significant digits with an exponent, as losses are shown. */
    static String scientific(@Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.2e", value);
    }
}
