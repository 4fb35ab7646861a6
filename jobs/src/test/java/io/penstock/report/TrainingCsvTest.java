package io.penstock.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.penstock.schemas.TrainingReport;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class TrainingCsvTest {
    @Test
    void readsBackAsItWas() throws IOException {
        TrainingHistory history = SampleRun.history();
        List<Map<String, String>> rows = parse(TrainingCsv.of(history, SampleRun.START));
        assertThat(rows).hasSize(history.rows().size());
        TrainingReport last = history.rows().get(rows.size() - 1);
        assertThat(rows.get(rows.size() - 1))
                .containsEntry(TrainingCsv.SECONDS, "120.0")
                .containsEntry("study", "heat")
                .containsEntry("phase", "DRAINING")
                .containsEntry("batches", Long.toString(last.getBatches()))
                .containsEntry("loss", Double.toString(last.getLoss()))
                .containsEntry(
                        "validationMseSquaredFieldUnits", Double.toString(last.getValidationMse()));
        assertThat(rows.get(0)).containsEntry("loss", "").containsEntry("batches", "0");
    }

    @Test
    void tellsShardsApart() throws IOException {
        TrainingHistory history = SampleRun.history(2);
        List<Map<String, String>> rows = parse(TrainingCsv.of(history, SampleRun.START));
        for (ShardHistory shard : history.shards()) {
            List<Map<String, String>> own =
                    rows.stream()
                            .filter(
                                    row ->
                                            Integer.toString(shard.number())
                                                    .equals(row.get("shard")))
                            .toList();
            assertThat(own).hasSize(shard.rows().size());
            assertThat(own.get(own.size() - 1))
                    .containsEntry("shards", "2")
                    .containsEntry("loss", Double.toString(shard.latest().getLoss()))
                    .containsEntry("rounds", Long.toString(shard.latest().getRounds()))
                    .containsEntry("mergeMillis", Double.toString(shard.latest().getMergeMillis()));
        }
    }

    @Test
    void hasAColumnForEveryScalarOfTheRecord() throws IOException {
        long scalars =
                TrainingReport.SCHEMA$.getFields().stream()
                        .filter(field -> field.schema().getType() != Schema.Type.ARRAY)
                        .count();
        Map<String, String> row =
                parse(TrainingCsv.of(SampleRun.history(), SampleRun.START)).get(0);
        assertThat(row).hasSize((int) scalars + 1);
    }

    @Test
    void quotesWhatRfc4180WantsQuoted() throws IOException {
        TrainingHistory history = new TrainingHistory();
        history.add(SampleRun.report(1, 1).setStudy("a,\"b\"\nc").build());
        String csv = TrainingCsv.of(history, SampleRun.START);
        assertThat(csv).contains("\"a,\"\"b\"\"\nc\"").endsWith("\r\n");
        assertThat(parse(csv).get(0)).containsEntry("study", "a,\"b\"\nc");
    }

    @Test
    void writesNumbersTheSameEverywhere() {
        Locale before = Locale.getDefault();
        String here = TrainingCsv.of(SampleRun.history(), SampleRun.START);
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(TrainingCsv.of(SampleRun.history(), SampleRun.START)).isEqualTo(here);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void hasItsHeaderEvenWithoutReports() {
        assertThat(TrainingCsv.of(new TrainingHistory(), SampleRun.START))
                .startsWith("secondsSinceStart,study,shard")
                .hasLineCount(1);
    }

    private static List<Map<String, String>> parse(String csv) throws IOException {
        return new CsvMapper()
                .readerForMapOf(String.class)
                .with(CsvSchema.emptySchema().withHeader())
                .<Map<String, String>>readValues(csv)
                .readAll();
    }
}
