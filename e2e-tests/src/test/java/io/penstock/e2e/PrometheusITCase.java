package io.penstock.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.e2e.cluster.Await;
import io.penstock.e2e.cluster.Ports;
import io.penstock.e2e.cluster.PrometheusProcess;
import io.penstock.run.DashboardChoice;
import io.penstock.run.FlinkSession;
import io.penstock.run.StopSignal;
import io.penstock.run.StudyRun;
import io.penstock.run.Watching;
import io.penstock.study.StudyFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The metrics of a run as Prometheus sees them: whatever the dashboards and alerts ask for is
 * there. Where the machine has no Prometheus nothing is tried, but for the environment that {@code
 * CI} names true.
 */
class PrometheusITCase {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern METRIC = Pattern.compile("\\bflink_\\w+");

    /** What no short run gives a number to, and why; the series must be there all the same. */
    private static final Map<String, String> WITHOUT_NUMBER =
            Map.of(
                    "flink_taskmanager_job_task_operator_training_study_shard_optimiserMillis",
                    "gradients and optimiser are one pass for this surrogate",
                    "flink_taskmanager_job_task_operator_training_study_shard_drawsMean",
                    "is there when the first samples have left the reservoir");

    private final Path project = Path.of(System.getProperty("penstock.root")).normalize();

    @TempDir Path folder;

    private static Path program(String name) {
        Optional<Path> program = PrometheusProcess.program(name);
        boolean required = "true".equals(System.getenv("CI"));
        assumeTrue(required || program.isPresent(), "no " + name);
        return program.orElseThrow(() -> new AssertionError("no " + name + " on the PATH"));
    }

    /** A run with two shards and an ensemble that only ends when it is told to. */
    private final class Running implements AutoCloseable {
        private final StopSignal stop = new StopSignal();
        private final StringWriter out = new StringWriter();
        private final int port = Ports.free();
        private final CompletableFuture<Object> end;

        Running() throws IOException {
            Path file = folder.resolve("study.yaml");
            Files.writeString(
                    file,
                    StudyTexts.heat(1_000_000, "continuous", "ensemble-finished")
                            .replace("training:\n", "training:\n  shards: 2\n"));
            StudyFile study = StudyFile.read(file);
            StudyRun run =
                    new StudyRun(
                            study.study().withOutputFolder(folder.resolve("runs")),
                            new StudyRun.Settings(
                                    study.text(),
                                    Optional.empty(),
                                    new Watching(DashboardChoice.NONE, OptionalInt.of(port)),
                                    false,
                                    new PrintWriter(out, true)),
                            stop);
            end =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return run.run();
                                } catch (Exception e) {
                                    throw new IllegalStateException(e);
                                }
                            });
        }

        String target() {
            return Ports.HOST + ":" + port;
        }

        void requireRunning() {
            assertThat(end).as(out.toString()).isNotDone();
        }

        @Override
        public void close() throws Exception {
            stop.request();
            end.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** A job that serves a model, and somebody who asks without a break. */
    private final class Answering implements AutoCloseable {
        private final int port = Ports.free();
        private final AtomicBoolean over = new AtomicBoolean();
        private final TestCluster cluster;
        private final CompletableFuture<Void> asking;

        Answering() throws Exception {
            Configuration configuration = new Configuration();
            FlinkSession.showMetrics(configuration, port);
            cluster = new TestCluster(folder.resolve("serving"), 1, 1, configuration);
            ServedStudy.publish(cluster, ServedStudy.version(1));
            ServedStudy.serve(cluster, folder.resolve("serving-checkpoints"), 1);
            asking = CompletableFuture.runAsync(this::ask);
        }

        private void ask() {
            for (long number = 0; !over.get(); number++) {
                try {
                    ServedStudy.ask(cluster, number, number + 1);
                    Thread.sleep(10);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        String target() {
            return Ports.HOST + ":" + port;
        }

        @Override
        public void close() throws Exception {
            over.set(true);
            try {
                asking.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            } finally {
                cluster.close();
            }
        }
    }

    @Test
    void everyPanelAndEveryAlertFindsWhatItAsksFor() throws Exception {
        Path program = program("prometheus");
        try (Running run = new Running();
                Answering answering = new Answering();
                PrometheusProcess prometheus =
                        PrometheusProcess.start(
                                program,
                                project,
                                folder,
                                List.of(run.target(), answering.target()))) {
            Map<String, String> panels = panels();
            assertThat(panels).hasSizeGreaterThan(50);
            for (Map.Entry<String, String> panel : panels.entrySet()) {
                awaitNumber(run, prometheus, panel.getValue(), panel.getKey());
            }
            List<JsonNode> alerts = awaitEvaluation(prometheus);
            for (JsonNode alert : alerts) {
                String query = alert.get("query").asText();
                // The first checkpoints fail, before every task runs; the share of them falls.
                Await.until(
                        "silence of " + alert.get("name") + " in a run that goes well",
                        LIMIT,
                        () -> {
                            run.requireRunning();
                            return prometheus.query(query).isEmpty();
                        });
                for (String metric : metrics(query)) {
                    awaitNumber(run, prometheus, metric, alert.get("name").asText());
                }
            }
        }
    }

    private static void awaitNumber(
            Running run, PrometheusProcess prometheus, String query, String where)
            throws Exception {
        boolean needsNumber = metrics(query).stream().noneMatch(WITHOUT_NUMBER::containsKey);
        Await.until(
                "data for " + where + ": " + query,
                LIMIT,
                () -> {
                    run.requireRunning();
                    return prometheus.query(query).stream()
                            .anyMatch(value -> !needsNumber || Double.isFinite(value));
                });
    }

    private static TreeSet<String> metrics(String query) {
        TreeSet<String> names = new TreeSet<>();
        Matcher metric = METRIC.matcher(query);
        while (metric.find()) {
            names.add(metric.group());
        }
        return names;
    }

    private static List<JsonNode> awaitEvaluation(PrometheusProcess prometheus) throws Exception {
        List<JsonNode> alerts = new ArrayList<>();
        Await.until(
                "evaluation of the alerts",
                LIMIT,
                () -> {
                    alerts.clear();
                    alerts.addAll(prometheus.alerts());
                    return alerts.stream()
                            .noneMatch(alert -> alert.get("health").asText().equals("unknown"));
                });
        assertThat(alerts)
                .hasSizeGreaterThan(8)
                .allSatisfy(alert -> assertThat(alert.get("health").asText()).isEqualTo("ok"));
        return alerts;
    }

    /** Every query of every panel with all studies, shards and jobs chosen, by where it stands. */
    private Map<String, String> panels() throws IOException {
        Map<String, String> queries = new TreeMap<>();
        Path dashboards = project.resolve(".docker/grafana/dashboards");
        try (Stream<Path> files = Files.list(dashboards)) {
            for (Path file : files.toList()) {
                JsonNode dashboard = new ObjectMapper().readTree(file.toFile());
                for (JsonNode panel : dashboard.get("panels")) {
                    for (JsonNode target : panel.path("targets")) {
                        String where =
                                file.getFileName()
                                        + ", "
                                        + panel.get("title").asText()
                                        + " "
                                        + target.get("refId").asText();
                        queries.put(
                                where,
                                target.get("expr").asText().replaceAll("\"\\$\\w+\"", "\".*\""));
                    }
                }
            }
        }
        return queries;
    }

    @ParameterizedTest
    @ValueSource(strings = {"check rules alerts.yml", "test rules alerts-test.yml"})
    void alertsAreGoodAndFireWhenTheyShould(String arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(program("promtool").toString()));
        command.addAll(List.of(arguments.split(" ")));
        Process promtool =
                new ProcessBuilder(command)
                        .directory(project.resolve(".docker").toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(said).isZero();
    }
}
