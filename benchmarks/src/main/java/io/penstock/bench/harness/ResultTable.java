package io.penstock.bench.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Results as a table for people. */
public final class ResultTable {
    private static final List<String> HEADER =
            List.of("case", "unit", "ours", "reference", "ratio", "asked", "");

    private ResultTable() {}

    /** The lines of one benchmark. */
    public static String of(Outcome outcome) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(HEADER);
        outcome.result().rows().forEach(row -> cells.add(cells(row)));
        int[] widths = new int[HEADER.size()];
        for (List<String> line : cells) {
            if (line.size() < widths.length) {
                continue; // A remark goes across the columns.
            }
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], line.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        Locale.ROOT,
                        "%n%d %s: %s (median, smallest to largest; %.0f s)%n",
                        outcome.benchmark().number(),
                        outcome.benchmark().name(),
                        outcome.benchmark().title(),
                        outcome.seconds()));
        cells.forEach(line -> append(text, line, widths));
        outcome.result().notes().forEach(note -> text.append("  · ").append(note).append('\n'));
        return text.toString();
    }

    private static List<String> cells(Row row) {
        if (row.verdict() == Row.Verdict.NOT_RUN) {
            return List.of(row.name(), row.remark());
        }
        return List.of(
                row.name(),
                row.unit(),
                Numbers.shown(row.ours()),
                Numbers.shown(row.reference()),
                Numbers.shown(row.ratio()),
                Objects.toString(row.asked(), ""),
                verdict(row));
    }

    private static String verdict(Row row) {
        String verdict =
                switch (row.verdict()) {
                    case PASS -> "pass";
                    case MISS -> "MISS";
                    case NOT_ASKED, NOT_RUN -> "";
                };
        return (verdict + " " + row.remark()).strip();
    }

    private static void append(StringBuilder text, List<String> line, int[] widths) {
        StringBuilder padded = new StringBuilder();
        for (int column = 0; column < line.size(); column++) {
            String cell = line.get(column);
            int gap = Math.max(0, widths[column] - cell.length());
            padded.append("  ").append(cell).append(" ".repeat(gap));
        }
        text.append(padded.toString().stripTrailing()).append('\n');
    }
}
