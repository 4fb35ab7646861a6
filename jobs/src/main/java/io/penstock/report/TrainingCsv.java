package io.penstock.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.penstock.schemas.TrainingReport;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The history as {@code training.csv}: RFC 4180 in UTF-8, one row per training report. The columns
 * are the seconds since the start, then the record's fields except histograms, under their names;
 * where such a name leaves the unit open, the column's name adds it. A value that is not known is
 * empty.
 */
final class TrainingCsv {
    static final String SECONDS = "secondsSinceStart";

    private static final Map<String, String> NAMES_WITH_UNIT =
            Map.of(
                    "sampleAge", "sampleAgeInserts",
                    "validationMse", "validationMseSquaredFieldUnits");

    // Otherwise every longer text is quoted unseen.
    private static final CsvMapper CSV =
            CsvMapper.builder().enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING).build();

    private TrainingCsv() {}

    static String of(TrainingHistory history, Instant start) {
        List<Map<String, @Nullable Object>> rows =
                history.rows().stream().map(report -> row(report, start)).toList();
        try {
            return CSV.writer(schema()).writeValueAsString(rows);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The rows hold numbers and texts only", e);
        }
    }

    private static CsvSchema schema() {
        CsvSchema.Builder schema = CsvSchema.builder().addColumn(SECONDS);
        scalars().forEach(field -> schema.addColumn(column(field)));
        return schema.setUseHeader(true).setLineSeparator("\r\n").build();
    }

    private static Map<String, @Nullable Object> row(TrainingReport report, Instant start) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put(SECONDS, (report.getTimestampMillis() - start.toEpochMilli()) / 1e3);
        for (Schema.Field field : scalars()) {
            row.put(column(field), report.get(field.pos()));
        }
        return row;
    }

    private static List<Schema.Field> scalars() {
        return TrainingReport.SCHEMA$.getFields().stream()
                .filter(field -> field.schema().getType() != Schema.Type.ARRAY)
                .toList();
    }

    private static String column(Schema.Field field) {
        return NAMES_WITH_UNIT.getOrDefault(field.name(), field.name());
    }
}
