package io.penstock.cli;

import io.penstock.study.Durations;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How long a command waits for the answer of a job. */
final class AnswerLimit {
    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "1m",
            description = "Longest wait, such as 90s or 10m; ${DEFAULT-VALUE} by default.")
    private String timeout = "1m";

    Duration value() {
        return Durations.parse(timeout)
                .orElseThrow(
                        () ->
                                new UsageException(
                                        "--timeout: "
                                                + timeout
                                                + " is not allowed; allowed: a duration such as"
                                                + " 500ms, 10s, 5m or 1h"));
    }
}
