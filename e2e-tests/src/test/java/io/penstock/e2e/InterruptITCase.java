package io.penstock.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.e2e.cluster.Listening;
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

/** Ctrl-C, as a terminal sends it to the process. */
class InterruptITCase {
    private static final int INTERRUPTED = 130;

    @TempDir Path folder;

    @Test
    @Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void ctrlCEndsTheRunWithTheReportOfWhatWasDone() throws Exception {
        Path study = folder.resolve("study.yaml");
        Files.writeString(study, StudyTexts.heat(30, "continuous", "forever"));
        Process process =
                PenstockProcess.start(
                        "run", study.toString(), "--out", folder.resolve("runs").toString());
        try (BufferedReader out = process.inputReader()) {
            List<String> lines = new ArrayList<>();
            String line = out.readLine();
            while (line != null && !isTrained(line)) {
                lines.add(line);
                line = out.readLine();
            }
            assertThat(line).describedAs(String.join("\n", lines)).isNotNull();
            if (Listening.isTold()) {
                Listening.Addresses addresses = Listening.of(process.pid());
                assertThat(addresses.all()).as("sockets of broker and cluster").isPositive();
                assertThat(addresses.open()).as("open to other machines").isEmpty();
            }
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
            lines.addAll(out.lines().toList());
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .describedAs(String.join("\n", lines))
                    .isEqualTo(INTERRUPTED);
            assertThat(lines).anyMatch(text -> text.startsWith("Run interrupted after"));
        } finally {
            process.destroyForcibly();
        }
        assertResults();
    }

    private static boolean isTrained(String line) {
        return line.matches(".* validation \\d\\.\\d+e.*");
    }

    private void assertResults() throws Exception {
        Path run;
        try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
            run = runs.findFirst().orElseThrow();
        }
        JsonNode report = new ObjectMapper().readTree(run.resolve("report.json").toFile());
        assertThat(report.get("outcome").asText()).isEqualTo("interrupted");
        assertThat(report.get("batches").asLong()).isPositive();
        assertThat(report.get("weightsSha256").asText()).hasSize(64);
        assertThat(run.resolve("report.html")).isNotEmptyFile();
        assertThat(run.resolve("model").resolve("weights.safetensors")).isNotEmptyFile();
        assertThat(run.resolve("kafka")).doesNotExist();
    }
}
