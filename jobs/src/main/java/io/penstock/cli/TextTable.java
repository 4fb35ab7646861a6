package io.penstock.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A table in plain text: columns as wide as their widest cell, numbers to the right. */
final class TextTable {
    private static final String GAP = "  ";

    private final List<String> heading;
    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... heading) {
        this.heading = List.of(heading);
    }

    /** Adds a row; a cell for each column. */
    void row(Object... cells) {
        if (cells.length != heading.size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells for " + heading.size() + " columns");
        }
        rows.add(Arrays.stream(cells).map(String::valueOf).toList());
    }

    /** Its lines, none of which ends in blanks. */
    List<String> lines() {
        List<List<String>> all = new ArrayList<>(rows);
        all.add(0, heading);
        int[] widths =
                IntStream.range(0, heading.size())
                        .map(c -> all.stream().mapToInt(r -> r.get(c).length()).max().orElse(0))
                        .toArray();
        return all.stream().map(row -> line(row, widths)).toList();
    }

    private String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < widths.length; c++) {
            String cell = row.get(c);
            String blanks = " ".repeat(widths[c] - cell.length());
            line.append(c == 0 ? "" : GAP).append(isNumeric(c) ? blanks + cell : cell + blanks);
        }
        return line.toString().stripTrailing();
    }

    /** Whether a column holds nothing but numbers, with or without a unit. */
    private boolean isNumeric(int column) {
        return rows.stream()
                .map(row -> row.get(column))
                .allMatch(cell -> cell.equals("-") || cell.matches("[-+]?\\d[\\d,.e+-]*( \\S+)?"));
    }
}
