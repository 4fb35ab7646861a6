package io.penstock.dashboard.runs;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.penstock.dashboard.series.Column;
import io.penstock.dashboard.series.SeriesStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads {@code training.csv}; a column that is missing, or not a number, is not known. */
final class TrainingTable {
    private static final CsvMapper CSV = new CsvMapper();
    private static final int MOST_ROWS = 1 << 16;

    private TrainingTable() {}

    /** The rows of each shard, in order of time. */
    static SortedMap<Integer, SeriesStore> read(Path file) throws IOException {
        SortedMap<Integer, SeriesStore> shards = new TreeMap<>();
        try (MappingIterator<Map<String, String>> rows =
                CSV.readerForMapOf(String.class)
                        .with(CsvSchema.emptySchema().withHeader())
                        .readValues(file.toFile())) {
            while (rows.hasNextValue()) {
                Map<String, String> row = rows.nextValue();
                double shard = number(row.get("shard"));
                shards.computeIfAbsent(
                                Double.isNaN(shard) ? 0 : (int) shard,
                                number -> new SeriesStore(MOST_ROWS))
                        .add(values(row));
            }
        } catch (IOException | RuntimeException e) {
            throw new IOException(file.getFileName() + " cannot be read: " + e.getMessage(), e);
        }
        return shards;
    }

    private static double[] values(Map<String, String> row) {
        double[] values = new double[Column.values().length];
        for (Column column : Column.values()) {
            values[column.ordinal()] = number(row.get(column.csvName()));
        }
        return values;
    }

    private static double number(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return Double.NaN;
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
