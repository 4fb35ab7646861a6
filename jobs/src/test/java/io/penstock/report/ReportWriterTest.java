package io.penstock.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportWriterTest {
    @TempDir Path folder;

    @Test
    void writesEverythingOfAFinishedRun() throws IOException {
        TrainingHistory history = SampleRun.history();
        List<FieldPanel> panels =
                List.of(SampleRun.panel(1, 100), SampleRun.panel(2, 32), SampleRun.line());
        // Kept in target, to be looked at.
        Path sample = Files.createDirectories(Path.of("target", "sample-report"));
        for (Path to : List.of(folder, sample)) {
            ReportWriter.write(
                    new RunFolder(to),
                    SampleRun.finished(history),
                    history,
                    panels,
                    SampleRun.STUDY_TEXT);
        }
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "report.json",
                        "training.csv",
                        "report.html",
                        "loss.png",
                        "reservoir.png",
                        "draws.png",
                        "field-1.png",
                        "field-2.png",
                        "field-3.png");
        for (String name : names()) {
            if (name.endsWith(".png")) {
                assertThat(ImageIO.read(folder.resolve(name).toFile()).getWidth())
                        .as(name)
                        .isGreaterThanOrEqualTo(ChartStyle.WIDTH);
            }
        }
    }

    @Test
    void writesEverythingOfARunWithSeveralShards() throws IOException {
        for (int shards : new int[] {2, 8}) {
            Path sample =
                    Files.createDirectories(
                            Path.of("target", "sample-report-" + shards + "-shards"));
            TrainingHistory history = SampleRun.history(shards);
            ReportWriter.write(
                    new RunFolder(sample),
                    SampleRun.finished(history),
                    history,
                    List.of(SampleRun.panel(1, 32)),
                    SampleRun.STUDY_TEXT);
            assertThat(sample.resolve("report.html")).content().contains("<caption>Shards");
        }
    }

    @Test
    void writesEverythingOfARunThatWasStoppedBeforeItsFirstBatch() throws IOException {
        Path sample = Files.createDirectories(Path.of("target", "sample-report-interrupted"));
        for (Path to : List.of(folder, sample)) {
            ReportWriter.write(
                    new RunFolder(to),
                    SampleRun.interrupted(),
                    new TrainingHistory(),
                    List.of(),
                    SampleRun.STUDY_TEXT);
        }
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "report.json",
                        "training.csv",
                        "report.html",
                        "loss.png",
                        "reservoir.png",
                        "draws.png");
        assertThat(Files.readString(folder.resolve("report.html")))
                .contains(
                        "Interrupted, before the first validation", "No validation field to show");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
