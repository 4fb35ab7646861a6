package io.penstock.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.report.SampleRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTextTest {
    @TempDir Path folder;

    @Test
    void saysHowTheRunWentAndWhereItsResultsAre() throws Exception {
        Files.createDirectory(folder.resolve("model"));
        Files.createFile(folder.resolve("model").resolve("weights.safetensors"));
        assertThat(text(1).lines())
                .containsExactly(
                        "Run finished after 124.8 s",
                        "  simulations  66 requested, 64 finished, 2 failed",
                        "  samples      6618 produced, 6600 unique, 3 duplicates, 15 rejected,"
                                + " 27360 trained",
                        "  batches      2736",
                        "  validation   RMSE 0.2150 of the fields' standard deviation",
                        "  report       " + folder.resolve("report.html").toAbsolutePath(),
                        "  model        " + folder.resolve("model").toAbsolutePath());
    }

    @Test
    void saysHowMuchShardsThatTrainTogetherMerged() {
        assertThat(text(2).lines())
                .contains(
                        "  batches      5472",
                        "  shards       2, 27 rounds, merging 0.4 % of the time");
    }

    private String text(int shards) {
        return SummaryText.of(SampleRun.finished(SampleRun.history(shards)), folder);
    }
}
