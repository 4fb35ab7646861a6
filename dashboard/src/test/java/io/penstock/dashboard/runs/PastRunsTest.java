package io.penstock.dashboard.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.dashboard.series.Column;
import io.penstock.dashboard.study.Source;
import io.penstock.dashboard.study.StateView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PastRunsTest {
    private static final String REPORT =
            """
            {"study": "heat", "outcome": "finished", "startedAt": "2026-03-01T10:00:00Z",
             "durationSeconds": 30.5, "batches": 200, "seed": 1, "shards": 1,
             "simulations": {"requested": 10, "finished": 8, "failed": 1},
             "samples": {"unique": 800, "validation": 50, "duplicates": 3, "rejected": 2,
                         "trained": 2000},
             "rejections": {"WRONG_SHAPE": 2},
             "drawsPerSample": {"mean": 2.5, "min": 1, "max": 9},
             "validation": {"mse": 4.0, "rmse": 2.0, "normalisedRmse": 0.02},
             "throughput": {"samplesPerSecond": 65.5, "insertsPerSecond": 25.0}}
            """;
    private static final String TABLE =
            """
            secondsSinceStart,shard,timestampMillis,batches,loss,validationLoss,lastStallMillis
            1.0,0,1000,100,0.5,,3.5
            2.0,0,2000,200,,0.25,1.5
            """;

    @TempDir private Path folder;

    @BeforeEach
    void leave() throws IOException {
        run("heat-1", REPORT);
        Files.writeString(folder.resolve("heat-1/training.csv"), TABLE);
        Files.writeString(folder.resolve("heat-1/report.html"), "<p>");
        Files.writeString(folder.resolve("heat-1/loss.png"), "png");
    }

    private void run(String name, String report) throws IOException {
        Files.createDirectories(folder.resolve(name));
        Files.writeString(folder.resolve(name + "/report.json"), report);
    }

    @Test
    void listsRunsNewestFirstAndSaysOfTheRestWhyTheyCannotBeRead() throws IOException {
        run("heat-2", REPORT.replace("2026-03-01", "2026-03-02"));
        run("broken", "{");
        Files.createDirectories(folder.resolve("going-on"));
        var runs = new PastRuns(folder).list();
        assertThat(runs).hasSize(4);
        assertThat(runs.get(0).run()).isEqualTo("heat-2");
        assertThat(runs.get(1).run()).isEqualTo("heat-1");
        RunLine.Summary summary = runs.get(1).summary();
        assertThat(summary).isNotNull();
        assertThat(summary.outcome()).isEqualTo("FINISHED");
        assertThat(summary.seconds()).isEqualTo(30.5);
        assertThat(summary.validationNormalisedRmse()).isEqualTo(0.02);
        assertThat(summary.pictures()).containsExactly("loss.png");
        assertThat(summary.report()).isEqualTo("/runs/heat-1/report.html");
        assertThat(runs.subList(2, 4))
                .anySatisfy(
                        line -> {
                            assertThat(line.error()).startsWith("report.json is not JSON");
                            assertThat(line.unfinished()).isFalse();
                        })
                .anySatisfy(
                        line -> {
                            assertThat(line.error()).startsWith("report.json is missing");
                            assertThat(line.unfinished()).as("it may go on still").isTrue();
                        });
    }

    @Test
    void givesARunTheSeriesALiveStudyHas() throws IOException {
        Source run = new PastRuns(folder).find("heat-1").orElseThrow();
        double[][] columns = run.series(0, Double.MAX_VALUE, 100).get(0).columns();
        assertThat(columns[Column.TIME.ordinal()]).containsExactly(1000, 2000);
        assertThat(columns[Column.LOSS.ordinal()]).containsExactly(0.5, Double.NaN);
        assertThat(columns[Column.INSERTS.ordinal()]).containsOnly(Double.NaN);
    }

    @Test
    void givesARunTheStateThatItsReportTells() throws IOException {
        StateView state = new PastRuns(folder).find("heat-1").orElseThrow().state(5);
        assertThat(state.live()).isFalse();
        assertThat(state.totals().batches()).isEqualTo(200);
        assertThat(state.totals().inserts()).isEqualTo(750);
        assertThat(state.totals().loss()).isEqualTo(0.5);
        assertThat(state.totals().validationLoss()).isEqualTo(0.25);
        assertThat(state.ensemble()).isEqualTo(new StateView.Counts(10, 1, 0, 8, 1));
        assertThat(state.rejected().byCause()).containsEntry("WRONG_SHAPE", 2L);
        assertThat(state.shards().get(0).maxStallMillis()).isEqualTo(3.5);
        assertThat(state.drawsPerSample().max()).isEqualTo(9);
    }

    @Test
    void tellsOfShardsWhatItsReportTellsAndNothingOfTheRest() throws IOException {
        run(
                "heat-1",
                REPORT.replace("\"outcome\": \"finished\"", "\"outcome\": \"failed\"")
                        .replace(
                                "\"rejections\"",
                                "\"checkpoints\": {\"count\": 6}, \"perShard\":"
                                        + " [{\"shard\": 1, \"rounds\": 52}], \"rejections\""));
        Files.writeString(folder.resolve("heat-1/training.csv"), TABLE + "3.0,1,3000,300,0.1,,\n");
        StateView state = new PastRuns(folder).find("heat-1").orElseThrow().state(5);
        assertThat(state.totals().loss()).isEqualTo((0.5 + 0.1) / 2);
        assertThat(state.shards())
                .containsExactly(
                        new StateView.ShardView(
                                0, "FAILED", 200L, null, null, false, 2000L, 6L, null, 1.5, 3.5),
                        new StateView.ShardView(
                                1, "FAILED", 300L, 52L, null, false, 3000L, 6L, null, null, null));
    }

    @Test
    void readsARunAnewWhenItsReportWasWrittenAnew() throws IOException {
        PastRuns runs = new PastRuns(folder);
        assertThat(runs.find("heat-1").orElseThrow().state(5).totals().batches()).isEqualTo(200);
        run("heat-1", REPORT.replace("\"batches\": 200", "\"batches\": 300"));
        Files.setLastModifiedTime(
                folder.resolve("heat-1/report.json"),
                java.nio.file.attribute.FileTime.fromMillis(1));
        assertThat(runs.find("heat-1").orElseThrow().state(5).totals().batches()).isEqualTo(300);
    }

    @Test
    void hasNoRunElsewhere() throws IOException {
        PastRuns runs = new PastRuns(folder.resolve("heat-1"));
        assertThat(runs.find("../heat-1")).isEmpty();
        assertThat(runs.find("..")).isEmpty();
        assertThat(runs.find("")).isEmpty();
        assertThat(new PastRuns(null).list()).isEmpty();
        assertThat(new PastRuns(folder.resolve("nothing")).list()).isEmpty();
    }

    @Test
    void saysWhyARunCannotBeRead() throws IOException {
        run("broken", "{");
        assertThatThrownBy(() -> new PastRuns(folder).find("broken"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("report.json is not JSON");
        Files.writeString(folder.resolve("heat-1/training.csv"), "shard,batches\n0,\"12");
        assertThatThrownBy(() -> new PastRuns(folder).find("heat-1"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("training.csv cannot be read: ");
    }
}
