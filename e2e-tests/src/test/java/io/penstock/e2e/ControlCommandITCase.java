package io.penstock.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code penstock run}, controlled by {@code penstock control} from other processes. */
class ControlCommandITCase {
    @TempDir Path folder;

    @Test
    @Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aRunIsPausedSlowedResumedAndStoppedWithItsReport() throws Exception {
        Path study = folder.resolve("study.yaml");
        Files.writeString(study, StudyTexts.heat(60, "continuous", "forever"));
        Process run =
                PenstockProcess.start(
                        "run", study.toString(), "--out", folder.resolve("runs").toString());
        try (BufferedReader out = run.inputReader()) {
            List<String> lines = new ArrayList<>();
            String line = out.readLine();
            while (line != null && !line.matches(".* validation \\d\\.\\d+e.*")) {
                lines.add(line);
                line = out.readLine();
            }
            assertThat(line).describedAs(String.join("\n", lines)).isNotNull();
            String kafka = after("Kafka: ", lines);
            String flink = after("Flink web UI: http://", lines);
            control(0, "Taken by shard 0 after batch ", "pause", study, kafka);
            control(0, "Taken by shard 0 after batch ", "learning-rate", "1e-5", study, kafka);
            control(0, "Taken by shard 0 after batch ", "resume", study, kafka);
            control(
                    1,
                    "penstock: no agent took it within 2s; name the Flink",
                    "stop",
                    study,
                    kafka,
                    "--timeout",
                    "2s");
            control(0, "Done. Savepoint: file:/", "stop", study, kafka, "--flink", flink);
            lines.addAll(out.lines().toList());
            assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(run.exitValue()).describedAs(String.join("\n", lines)).isZero();
        } finally {
            run.destroyForcibly();
        }
        assertResults();
    }

    private static String after(String prefix, List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(prefix))
                .findFirst()
                .orElseThrow()
                .substring(prefix.length());
    }

    /** Gives a command; what it is asked stands before the study, options stand after Kafka. */
    private static void control(int code, String says, Object... what) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("control"));
        for (Object part : what) {
            boolean isKafka = arguments.get(arguments.size() - 1).endsWith(".yaml");
            if (isKafka) {
                arguments.add("--kafka");
            }
            arguments.add(part.toString());
        }
        Process process = PenstockProcess.start(arguments.toArray(String[]::new));
        try (BufferedReader out = process.inputReader()) {
            List<String> lines = out.lines().toList();
            assertThat(process.waitFor()).describedAs(String.join("\n", lines)).isEqualTo(code);
            assertThat(lines).anyMatch(line -> line.startsWith(says));
        } finally {
            process.destroyForcibly();
        }
    }

    private void assertResults() throws Exception {
        Path run;
        try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
            run = runs.findFirst().orElseThrow();
        }
        JsonNode report = new ObjectMapper().readTree(run.resolve("report.json").toFile());
        assertThat(report.get("outcome").asText()).isEqualTo("finished");
        assertThat(report.get("weightsSha256").asText()).hasSize(64);
        assertThat(run.resolve("report.html")).isNotEmptyFile();
        assertThat(run.resolve("model").resolve("weights.safetensors")).isNotEmptyFile();
    }
}
