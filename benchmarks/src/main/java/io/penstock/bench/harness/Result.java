package io.penstock.bench.harness;

import java.util.List;

/**
 * What a benchmark found.
 *
 * @param rows its lines of the table
 * @param notes what else is to be known, one sentence or two each
 */
public record Result(List<Row> rows, List<String> notes) {
    public Result {
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }

    /** Nothing was measured, and why. */
    public static Result notRun(String reason) {
        return new Result(List.of(Row.notRun("all", reason)), List.of());
    }
}
