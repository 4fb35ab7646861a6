package io.penstock.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.report.RunReport.Validation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunReportTest {
    @Test
    void hasTheKeysThatAreReadElsewhere() throws IOException {
        JsonNode json = json(SampleRun.finished(SampleRun.history()));
        assertThat(keys(json))
                .containsExactlyInAnyOrder(
                        "study",
                        "seed",
                        "buffer",
                        "capacity",
                        "threshold",
                        "pace",
                        "shards",
                        "simulations",
                        "samples",
                        "rejections",
                        "batches",
                        "drawsPerSample",
                        "validation",
                        "throughput",
                        "checkpoints",
                        "weightsSha256",
                        "durationSeconds",
                        "outcome",
                        "failure",
                        "startedAt",
                        "version");
        assertThat(keys(json.get("simulations")))
                .containsExactly("requested", "finished", "failed");
        assertThat(keys(json.get("samples")))
                .containsExactly(
                        "produced", "unique", "validation", "duplicates", "rejected", "trained");
        assertThat(keys(json.get("drawsPerSample"))).containsExactly("mean", "min", "max");
        assertThat(keys(json.get("validation"))).containsExactly("mse", "rmse", "normalisedRmse");
        assertThat(keys(json.get("throughput")))
                .containsExactly("samplesPerSecond", "batchesPerSecond", "insertsPerSecond");
        assertThat(keys(json.get("checkpoints")))
                .containsExactly("count", "lastBytes", "maxStallMillis");
    }

    @Test
    void saysHowShardsTrainedTogetherWhenThereAreSeveral() throws IOException {
        List<String> keys = keys(json(SampleRun.finished(SampleRun.history())));
        JsonNode json = json(SampleRun.finished(SampleRun.history(2)));
        assertThat(keys(json)).containsAll(keys).hasSize(keys.size() + 2);
        assertThat(json.get("shards").intValue()).isEqualTo(2);
        assertThat(keys(json.get("merging")))
                .containsExactly(
                        "rounds", "timeShare", "earlyContributions", "refusedContributions");
        assertThat(json.get("perShard")).hasSize(2);
        assertThat(keys(json.at("/perShard/1")))
                .containsExactly(
                        "shard",
                        "batches",
                        "samplesTrained",
                        "inserts",
                        "duplicates",
                        "rounds",
                        "mergingTimeShare");
        assertThat(json.get("batches").longValue())
                .isEqualTo(
                        json.at("/perShard/0/batches").longValue()
                                + json.at("/perShard/1/batches").longValue());
    }

    @Test
    void writesTheValuesAsTheyAre() throws IOException {
        JsonNode json = json(SampleRun.finished(SampleRun.history()));
        assertThat(json.get("study").textValue()).isEqualTo("heat <demo>");
        assertThat(json.get("buffer").textValue()).isEqualTo("reservoir");
        assertThat(json.get("outcome").textValue()).isEqualTo("finished");
        assertThat(json.get("startedAt").textValue()).isEqualTo("2026-03-01T10:15:30Z");
        assertThat(json.get("seed").longValue()).isEqualTo(42);
        assertThat(json.get("batches").longValue()).isEqualTo(2736);
        assertThat(json.get("durationSeconds").doubleValue()).isEqualTo(124.75);
        assertThat(json.at("/rejections/NOT_FINITE").longValue()).isEqualTo(12);
        assertThat(json.at("/simulations/failed").longValue()).isEqualTo(2);
    }

    @Test
    void writesNullForWhatIsNotKnown() throws IOException {
        JsonNode json = json(SampleRun.interrupted());
        for (String path :
                List.of(
                        "/batches",
                        "/samples/unique",
                        "/samples/trained",
                        "/simulations/finished",
                        "/drawsPerSample/mean",
                        "/validation/mse",
                        "/validation/normalisedRmse",
                        "/throughput/batchesPerSecond",
                        "/checkpoints/count",
                        "/weightsSha256",
                        "/durationSeconds")) {
            assertThat(json.at(path).isNull()).as(path).isTrue();
        }
        assertThat(json.get("outcome").textValue()).isEqualTo("interrupted");
    }

    @Test
    void takesWhatIsNotFiniteForNotKnown() {
        Validation diverged =
                new Validation(Double.POSITIVE_INFINITY, Double.NaN, Double.NEGATIVE_INFINITY);
        assertThat(diverged).isEqualTo(new Validation(null, null, null));
    }

    private static JsonNode json(RunReport report) throws IOException {
        return new ObjectMapper().readTree(ReportWriter.json(report));
    }

    private static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
