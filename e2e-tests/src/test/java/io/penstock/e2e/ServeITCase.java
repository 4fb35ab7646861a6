package io.penstock.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.schemas.Prediction;
import java.io.BufferedReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command serve in a process of its own, ended with Ctrl-C as a terminal sends it. */
class ServeITCase {
    private static final int ASKED = 20;

    @TempDir Path folder;

    @Test
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void servesUntilCtrlCAndAgainFromThere() throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 1, 1)) {
            ServedStudy.publish(cluster, ServedStudy.version(1));
            serveAndEnd(cluster, 0);
            serveAndEnd(cluster, ASKED);
            List<Prediction> answers = ServedStudy.answers(cluster);
            assertThat(answers).hasSize(2 * ASKED);
            assertThat(answers.stream().map(Prediction::getRequestOffset).distinct())
                    .hasSize(2 * ASKED);
        }
    }

    private static void serveAndEnd(TestCluster cluster, int from) throws Exception {
        Process process = start(cluster.kafka.bootstrapServers());
        try (BufferedReader out = process.inputReader()) {
            List<String> lines = new ArrayList<>();
            String line = out.readLine();
            while (line != null && !line.startsWith("served ")) {
                lines.add(line);
                line = out.readLine();
            }
            assertThat(line)
                    .describedAs(String.join("\n", lines))
                    .startsWith("served   version 1 on subtask 0 after ");
            assertThat(lines).anyMatch(text -> text.startsWith("Serving rod: requests to "));
            ServedStudy.ask(cluster, from, from + ASKED);
            ServedStudy.awaitAnswers(cluster, from + ASKED);
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
            lines.addAll(out.lines().toList());
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).describedAs(String.join("\n", lines)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(String brokers) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // The flags of this JVM are those of the root pom, which the launcher passes too.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--add-opens") || flag.startsWith("-D"))
                .filter(flag -> !flag.contains("surefire"))
                .forEach(command::add);
        command.addAll(
                List.of(
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.penstock.cli.Penstock",
                        "serve",
                        ServedStudy.NAME,
                        "--kafka",
                        brokers));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
