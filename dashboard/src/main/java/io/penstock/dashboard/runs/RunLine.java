package io.penstock.dashboard.runs;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A past run in the list of them.
 *
 * @param run name of its folder
 * @param error why it cannot be read; then all else is missing
 * @param unfinished whether that is only that it has left no report, since it goes on still or
 *     broke off: no fault of what is there
 * @param summary how it went
 */
public record RunLine(
        String run,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String error,
        boolean unfinished,
        @com.fasterxml.jackson.annotation.JsonUnwrapped @Nullable Summary summary) {
    /**
     * How a run went.
     *
     * @param startedAt when it started, milliseconds since the epoch
     * @param seconds how long it took
     * @param pictures names of its pictures
     * @param report where its report is served; null when there is none
     */
    public record Summary(
            String study,
            String outcome,
            @Nullable Long startedAt,
            @Nullable Double seconds,
            @Nullable Long batches,
            @Nullable Double validationNormalisedRmse,
            List<String> pictures,
            @Nullable String report) {}
}
