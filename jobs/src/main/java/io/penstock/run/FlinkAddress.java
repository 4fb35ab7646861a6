package io.penstock.run;

import io.penstock.setting.Check;
import java.nio.file.Path;
import java.util.List;

/**
 * A Flink cluster that runs.
 *
 * @param host host of its REST endpoint
 * @param port port of its REST endpoint
 * @param jars jars shipped with every job
 */
public record FlinkAddress(String host, int port, List<Path> jars) {
    public FlinkAddress {
        Check.notBlank("flink", host);
        Check.within(1, 65535, "flink", port);
        jars = List.copyOf(jars);
    }

    /**
     * Parses {@code HOST:PORT}.
     *
     * @param jars jars shipped with every job
     */
    public static FlinkAddress parse(String text, List<Path> jars) {
        int colon = text.lastIndexOf(':');
        Check.that(
                colon > 0 && text.substring(colon + 1).matches("\\d{1,5}"),
                "flink",
                text,
                "HOST:PORT of a Flink REST endpoint, such as localhost:8081");
        return new FlinkAddress(
                text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)), jars);
    }
}
