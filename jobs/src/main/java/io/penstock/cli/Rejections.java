package io.penstock.cli;

import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.RejectionCause;
import io.penstock.study.Sizes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rejected samples of a study: how many of each cause, and the newest few of them. */
final class Rejections {
    private final @Nullable RejectionCause cause;
    private final int limit;
    private final Set<String> places = new HashSet<>();
    private final Map<RejectionCause, Long> totals = new TreeMap<>();
    private final Deque<RejectedSample> newest = new ArrayDeque<>();

    /**
     * @param cause what is kept; null for all
     * @param limit how many are kept
     */
    Rejections(@Nullable RejectionCause cause, int limit) {
        this.cause = cause;
        this.limit = limit;
    }

    /** Takes one; that of a place which comes again, as after a restart, counts once. */
    void add(RejectedSample sample) {
        if (!places.add(place(sample))) {
            return;
        }
        totals.merge(sample.getCause(), 1L, Long::sum);
        if (cause == null || cause == sample.getCause()) {
            newest.addLast(sample);
            if (newest.size() > limit) {
                newest.removeFirst();
            }
        }
    }

    private static String place(RejectedSample sample) {
        return sample.getTopic() + "-" + sample.getPartition() + "@" + sample.getOffset();
    }

    /** The newest few, the newest last. */
    List<RejectedSample> newest() {
        return List.copyOf(newest);
    }

    /** A line for each of the newest, below a heading, and the totals. */
    List<String> lines() {
        if (totals.isEmpty()) {
            return List.of("none");
        }
        TextTable table =
                new TextTable("rejected", "cause", "place", "simulation", "step", "size", "reason");
        for (RejectedSample sample : newest) {
            table.row(
                    Output.time(sample.getTimestampMillis()),
                    sample.getCause(),
                    place(sample),
                    orDash(sample.getSimulation()),
                    orDash(sample.getTimeStep()),
                    Sizes.format(sample.getOriginalBytes()),
                    sample.getReason());
        }
        List<String> lines = new ArrayList<>(table.lines());
        lines.add("");
        TextTable sums = new TextTable("cause", "records");
        totals.forEach((kind, count) -> sums.row(kind, Output.count(count)));
        lines.addAll(sums.lines());
        return lines;
    }

    private static Object orDash(@Nullable Object value) {
        return value == null ? "-" : value;
    }

    /**
     * All for a program.
     *
     * @param totals number of records by cause
     * @param newest the newest few, the newest last
     */
    record Summary(Map<RejectionCause, Long> totals, List<Entry> newest) {}

    /** A rejected record, without its bytes. */
    record Entry(
            long timestampMillis,
            RejectionCause cause,
            String place,
            Origin origin,
            String reason) {}

    /** What is known of where a record came from; null where it could not be read. */
    record Origin(@Nullable Long simulation, @Nullable Integer timeStep, long bytes) {}

    Summary summary() {
        return new Summary(
                totals,
                newest.stream()
                        .map(
                                sample ->
                                        new Entry(
                                                sample.getTimestampMillis(),
                                                sample.getCause(),
                                                place(sample),
                                                new Origin(
                                                        sample.getSimulation(),
                                                        sample.getTimeStep(),
                                                        sample.getOriginalBytes()),
                                                sample.getReason()))
                        .toList());
    }
}
