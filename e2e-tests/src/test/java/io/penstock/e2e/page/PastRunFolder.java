package io.penstock.e2e.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;

/** What a run leaves of its training: {@code report.json} and {@code training.csv}. */
final class PastRunFolder {
    private static final Instant START = Instant.parse("2026-11-20T10:15:00Z");

    private PastRunFolder() {}

    /** Writes a run of some reports whose losses are a multiple of those of a watched study. */
    static void write(Path runs, String run, int reports, double multiple) throws IOException {
        Path folder = Files.createDirectories(runs.resolve(run));
        double seconds = reports / 5.0;
        double error = Math.sqrt(multiple * WatchedStudy.loss(reports));
        Files.writeString(
                folder.resolve("report.json"),
                String.format(
                        Locale.ROOT,
                        "{\"study\":\"plates\",\"outcome\":\"FINISHED\",\"startedAt\":\"%s\","
                                + "\"durationSeconds\":%s,\"batches\":%d,"
                                + "\"validation\":{\"normalisedRmse\":%s}}",
                        START,
                        seconds,
                        WatchedStudy.batches(reports),
                        error));
        StringBuilder table =
                new StringBuilder(
                        "secondsSinceStart,shard,timestampMillis,batches,samplesTrained,inserts,loss,"
                                + "validationLoss\r\n");
        for (int i = 11; i <= reports; i++) {
            double loss = multiple * WatchedStudy.loss(i);
            table.append(
                    String.format(
                            Locale.ROOT,
                            "%s,0,%d,%d,%d,%d,%s,%s\r\n",
                            i / 5.0,
                            START.toEpochMilli() + 200L * i,
                            WatchedStudy.batches(i),
                            32 * WatchedStudy.batches(i),
                            60L * i,
                            loss,
                            loss));
        }
        Files.writeString(folder.resolve("training.csv"), table);
    }
}
