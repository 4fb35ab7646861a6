package io.penstock.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.report.RunReport.Outcome;
import io.penstock.run.StopSignal;
import io.penstock.run.StudyRun;
import io.penstock.study.Study;
import io.penstock.study.StudyFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README: a producer of two records, and a study that trains on them. */
class OwnSolverITCase {
    private static final Path README = Path.of("..", "README.md");
    private static final Path SOURCES = Path.of("src", "test");

    @TempDir Path folder;

    @Test
    void trainsOnWhatAnOutsideProducerSent() throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 1, 1)) {
            OwnSolver.main(new String[] {cluster.kafka.bootstrapServers()});
            StudyFile file = StudyFile.read(SOURCES.resolve("resources/studies/string.yaml"));
            Study study =
                    file.study()
                            .withBootstrapServers(cluster.kafka.bootstrapServers())
                            .withOutputFolder(folder.resolve("runs"));
            StringWriter out = new StringWriter();
            Outcome outcome =
                    new StudyRun(
                                    study,
                                    new StudyRun.Settings(
                                            file.text(),
                                            Optional.empty(),
                                            false,
                                            new PrintWriter(out, true)),
                                    new StopSignal())
                            .run();
            assertThat(outcome).describedAs(out.toString()).isEqualTo(Outcome.FINISHED);
        }
        assertReport();
    }

    private void assertReport() throws Exception {
        try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
            JsonNode report =
                    new ObjectMapper()
                            .readTree(
                                    runs.findFirst().orElseThrow().resolve("report.json").toFile());
            assertThat(report.get("samples").get("produced").asLong()).isEqualTo(60 * 40);
            assertThat(report.get("samples").get("unique").asLong()).isEqualTo(60 * 40);
            assertThat(report.get("samples").get("rejected").asLong()).isZero();
            assertThat(report.get("validation").get("normalisedRmse").asDouble())
                    .isBetween(0.0, 0.3);
        }
    }

    @Test
    void theReadmeShowsExactlyThisExample() throws Exception {
        String readme = Files.readString(README);
        assertThat(readme)
                .contains(Files.readString(SOURCES.resolve("resources/studies/string.yaml")))
                .contains(Files.readString(SOURCES.resolve("java/io/penstock/e2e/OwnSolver.java")));
    }
}
