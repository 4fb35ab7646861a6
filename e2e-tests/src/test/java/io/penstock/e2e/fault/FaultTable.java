package io.penstock.e2e.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What came of every fault, as a table in Markdown. */
final class FaultTable {
    private static final String HEAD =
            """
            | Case | Shards | Times | Lost | Duplicated | Weights equal | Recovery, s |
            |---|---|---|---|---|---|---|
            """;

    private final List<Row> rows = new ArrayList<>();

    /**
     * A case.
     *
     * @param name what happened
     * @param shards shards of the training
     * @param lost samples that were sent and never put into a reservoir
     * @param duplicated samples that were put there, or dropped, more often than they were sent
     * @param equal trainings that ended exactly as one without faults
     * @param recoveries for each time, how long it took from when nothing was broken any more until
     *     the training was further than before
     */
    record Row(
            String name,
            int shards,
            long lost,
            long duplicated,
            int equal,
            List<Duration> recoveries) {
        private String line() {
            double[] seconds =
                    recoveries.stream()
                            .mapToDouble(recovery -> recovery.toMillis() * 1e-3)
                            .sorted()
                            .toArray();
            return String.format(
                    Locale.ROOT,
                    "| %s | %d | %d | %d | %d | %d of %d | %.1f (at most %.1f) |%n",
                    name,
                    shards,
                    seconds.length,
                    lost,
                    duplicated,
                    equal,
                    seconds.length,
                    seconds[seconds.length / 2],
                    seconds[seconds.length - 1]);
        }
    }

    void add(Row row) {
        rows.add(row);
    }

    /** Writes the table to a file and prints it. */
    void write(Path file) throws IOException {
        String table = HEAD + rows.stream().map(Row::line).collect(Collectors.joining());
        Files.createDirectories(file.getParent());
        Files.writeString(file, table, UTF_8);
        System.out.println(table);
    }
}
