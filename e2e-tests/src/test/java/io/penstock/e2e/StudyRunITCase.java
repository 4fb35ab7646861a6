package io.penstock.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.report.RunReport.Outcome;
import io.penstock.run.StopSignal;
import io.penstock.run.StudyRun;
import io.penstock.study.Study;
import io.penstock.study.StudyFile;
import io.penstock.surrogate.Predictor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A study from its file to its report. */
class StudyRunITCase {
    /** Beyond what the solver takes. */
    private static final String HOT = "initial, unit: K, min: 1.0e101, max: 1.0e102";

    @TempDir Path folder;

    @Test
    void theSameStudyAndSeedGiveTheSameWeights() throws Exception {
        Path file = folder.resolve("study.yaml");
        Files.writeString(
                file, StudyTexts.heat(40, "{samples-per-insert: 6}", "ensemble-finished"));
        StudyFile study = StudyFile.read(file);
        assertThat(study.study().reproducibilityGaps()).isEmpty();
        Path first = run(study, study.study(), "first");
        Path second = run(study, study.study(), "second");
        Path other = run(study, study.study().withSeed(12), "other");
        String weights = report(first).get("weightsSha256").asText();
        assertThat(weights).hasSize(64);
        assertThat(report(second).get("weightsSha256").asText()).isEqualTo(weights);
        assertThat(report(other).get("weightsSha256").asText()).isNotEqualTo(weights);
        assertReport(report(first));
        assertFiles(first, weights);
    }

    @Test
    void aRunWhoseEverySimulationFailsSaysSo() throws Exception {
        Path file = folder.resolve("hot.yaml");
        Files.writeString(
                file,
                StudyTexts.heat(4, "continuous", "ensemble-finished")
                        .replace("initial, unit: K, min: 100, max: 500", HOT));
        StudyFile study = StudyFile.read(file);
        StringWriter out = new StringWriter();
        Path runs = folder.resolve("hot");
        assertThat(outcome(study, study.study(), runs, out))
                .describedAs(out.toString())
                .isEqualTo(Outcome.FAILED);
        assertThat(out.toString())
                .contains(
                        "because every simulation failed", "initial must be a number", "14 failed");
        JsonNode report = report(only(runs));
        assertThat(report.get("outcome").asText()).isEqualTo("failed");
        assertThat(report.get("failure").asText()).startsWith("every simulation failed");
        assertThat(report.get("simulations").get("requested").asLong())
                .as("as many again, in the stead of those given up")
                .isEqualTo(14);
        assertThat(report.get("simulations").get("finished").asLong()).isZero();
        assertThat(report.get("simulations").get("failed").asLong()).isEqualTo(14);
        assertThat(report.get("samples").get("produced").asLong()).isZero();
        assertThat(only(runs).resolve("report.html")).isNotEmptyFile();
    }

    @Test
    void anyProgramIsASolver() throws Exception {
        assumeTrue(hasPython(), "no python3");
        Path examples = Path.of("..", "examples", "external-solver").toAbsolutePath();
        Path file = folder.resolve("external.yaml");
        Files.writeString(
                file,
                """
                study: rod
                steps: 20
                time-step: 0.002
                ensemble:
                  solver:
                    kind: external
                    command: [python3, heat1d.py, '16', '20', '0.002']
                    folder: %s
                  simulations: 12
                parameters:
                  - {name: left, unit: K, min: 200, max: 400}
                  - {name: right, unit: K, min: 200, max: 400}
                  - {name: initial, unit: K, min: 200, max: 400}
                fields:
                  - {name: temperature, unit: K, shape: [16], min: 200, max: 400}
                reservoir: {capacity: 100, threshold: 20}
                surrogate: {hidden: [16]}
                training: {batch: 8, pace: {samples-per-insert: 4}}
                validation: {simulations: 2, every-batches: 50}
                """
                        .formatted(examples));
        StudyFile study = StudyFile.read(file);

        JsonNode report = report(run(study, study.study(), "external"));
        assertThat(report.get("simulations").get("finished").asLong()).isEqualTo(14);
        assertThat(report.get("samples").get("unique").asLong()).isEqualTo(14 * 20);
        assertThat(report.get("batches").asLong()).isGreaterThan(100);
    }

    private static boolean hasPython() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aSurrogateGoesOnFromFieldsAndIsReproducible() throws Exception {
        Path file = folder.resolve("flow.yaml");
        Files.writeString(
                file,
                """
                study: flow
                seed: 3
                steps: 20
                time-step: 0.1
                ensemble:
                  solver: {kind: navier-stokes2d, grid: [16, 16]}
                  simulations: 10
                parameters:
                  - {name: viscosity, min: 0.02, max: 0.05}
                  - {name: forcing, min: 0.5, max: 1.5}
                  - {name: strength, min: 2, max: 4}
                  - {name: radius, min: 0.8, max: 1.0}
                  - {name: x1, min: 0, max: 6.28}
                  - {name: y1, min: 0, max: 6.28}
                  - {name: x2, min: 0, max: 6.28}
                  - {name: y2, min: 0, max: 6.28}
                fields:
                  - {name: vorticity, shape: [16, 16], min: -10, max: 10}
                reservoir: {kind: sim-paired, capacity: 100, threshold: 30}
                surrogate:
                  {architecture: fno, width: 8, layers: 2, modes: 4, form: auto-regressive,
                   bundle: 2, unroll: 1}
                training: {batch: 4, pace: {samples-per-insert: 3}}
                validation: {simulations: 2, every-batches: 50}
                """);
        StudyFile study = StudyFile.read(file);
        assertThat(study.study().reproducibilityGaps()).isEmpty();
        Path first = run(study, study.study(), "one");
        Path second = run(study, study.study(), "again");

        assertThat(report(second).get("weightsSha256"))
                .isEqualTo(report(first).get("weightsSha256"));
        assertThat(report(first).get("validation").get("normalisedRmse").asDouble()).isLessThan(1);
        assertThat(first.resolve("field-1.png")).isNotEmptyFile();
        try (Predictor predictor = Predictor.load(first.resolve("model"))) {
            float[] still = new float[256];
            List<List<float[]>> given = List.of(List.of(still), List.of(still));
            double[] inputs = {0.03, 1, 3, 0.9, 1, 1, 4, 4, 0.5};
            assertThat(predictor.goOn(inputs, given)).hasSize(2);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> predictor.predict(inputs))
                    .withMessageContaining("goes on from the fields of 2 steps");
        }
    }

    private Path run(StudyFile file, Study study, String name) throws Exception {
        StringWriter out = new StringWriter();
        Path runs = folder.resolve(name);
        assertThat(outcome(file, study, runs, out))
                .describedAs(out.toString())
                .isEqualTo(Outcome.FINISHED);
        assertThat(out.toString()).contains("Flink web UI: http://127.0.0.1:", "Run finished");
        return only(runs);
    }

    private static Outcome outcome(StudyFile file, Study study, Path runs, StringWriter out)
            throws Exception {
        StudyRun.Settings settings =
                new StudyRun.Settings(
                        file.text(), Optional.empty(), false, new PrintWriter(out, true));
        return new StudyRun(study.withOutputFolder(runs), settings, new StopSignal()).run();
    }

    private static Path only(Path runs) throws Exception {
        try (Stream<Path> folders = Files.list(runs)) {
            return folders.findFirst().orElseThrow();
        }
    }

    private static JsonNode report(Path run) throws Exception {
        return new ObjectMapper().readTree(run.resolve("report.json").toFile());
    }

    private static void assertReport(JsonNode report) {
        JsonNode samples = report.get("samples");
        assertThat(samples.get("produced").asLong()).isEqualTo(43 * 10);
        assertThat(samples.get("unique").asLong()).isEqualTo(43 * 10);
        assertThat(samples.get("validation").asLong()).isEqualTo(3 * 10);
        assertThat(samples.get("duplicates").asLong()).isZero();
        assertThat(samples.get("rejected").asLong()).isZero();
        // 6 draws for each of the 400 inserts above the threshold, then the drain.
        assertThat(samples.get("trained").asLong()).isEqualTo(6 * (400 - 50) / 8 * 8 + 200);
        assertThat(report.get("simulations").get("finished").asLong()).isEqualTo(43);
        assertThat(report.get("drawsPerSample").get("mean").asDouble())
                .isCloseTo(samples.get("trained").asDouble() / 400, within(1e-9));
        assertThat(report.get("validation").get("normalisedRmse").asDouble()).isBetween(0.0, 0.5);
        for (String key :
                List.of("study", "seed", "buffer", "pace", "shards", "batches", "throughput")) {
            assertThat(report.hasNonNull(key)).describedAs(key).isTrue();
        }
    }

    private static void assertFiles(Path run, String weights) throws Exception {
        for (String name :
                List.of("report.html", "training.csv", "loss.png", "reservoir.png", "draws.png")) {
            assertThat(run.resolve(name)).isNotEmptyFile();
        }
        assertThat(run.resolve("field-3.png")).isNotEmptyFile();
        assertThat(run.resolve("kafka")).doesNotExist();
        assertThat(run.resolve("checkpoints")).doesNotExist();
        Path model = run.resolve("model");
        byte[] bytes = Files.readAllBytes(model.resolve(Predictor.WEIGHTS));
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)))
                .isEqualTo(weights);
        try (Predictor predictor = Predictor.load(model)) {
            assertThat(predictor.predict(new double[] {300, 300, 300, 300, 300, 0.5}).get(0))
                    .hasSize(64)
                    .doesNotContain(Float.NaN);
        }
    }
}
