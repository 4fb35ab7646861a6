package io.penstock.e2e.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;

/**
 * A Prometheus of the machine, with the project's configuration but for the addresses, shorter
 * intervals and a folder of its own. It does not outlive this process.
 */
public final class PrometheusProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Thread killer;
    private final String address;

    private PrometheusProcess(Process process, String address) {
        this.process = process;
        this.address = address;
        this.killer = new Thread(process::destroyForcibly, "kill-prometheus");
        Runtime.getRuntime().addShutdownHook(killer);
    }

    /** A program of Prometheus, where the machine has it. */
    public static Optional<Path> program(String name) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param program its program
     * @param project folder with {@code .docker/prometheus.yml}
     * @param folder where it may write
     * @param targets HOST:PORT of the metrics that it reads
     */
    public static PrometheusProcess start(
            Path program, Path project, Path folder, List<String> targets) throws Exception {
        Path configuration = folder.resolve("prometheus.yml");
        Files.writeString(configuration, configuration(project.resolve(".docker"), targets));
        String address = Ports.HOST + ":" + Ports.free();
        Process process =
                new ProcessBuilder(
                                program.toString(),
                                "--config.file=" + configuration,
                                "--storage.tsdb.path=" + folder.resolve("data"),
                                "--web.listen-address=" + address)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("prometheus.log").toFile())
                        .start();
        PrometheusProcess started = new PrometheusProcess(process, address);
        try {
            Await.until("answer of Prometheus", LIMIT, started::isReady);
        } catch (Exception | AssertionError e) {
            started.close();
            throw new AssertionError(Files.readString(folder.resolve("prometheus.log")), e);
        }
        return started;
    }

    @SuppressWarnings("unchecked") // YAML has no types.
    private static String configuration(Path docker, List<String> targets) throws IOException {
        Map<String, Object> configuration =
                new Yaml().load(Files.readString(docker.resolve("prometheus.yml")));
        List<String> rules = (List<String>) Objects.requireNonNull(configuration.get("rule_files"));
        configuration.put(
                "rule_files", rules.stream().map(rule -> docker.resolve(rule).toString()).toList());
        configuration.put(
                "global", Map.of("scrape_interval", "500ms", "evaluation_interval", "1s"));
        List<Map<String, Object>> jobs =
                (List<Map<String, Object>>)
                        Objects.requireNonNull(configuration.get("scrape_configs"));
        for (Map<String, Object> job : jobs) {
            job.put("static_configs", List.of(Map.of("targets", targets)));
        }
        return new Yaml().dump(configuration);
    }

    private boolean isReady() throws Exception {
        if (!process.isAlive()) {
            throw new IOException("Prometheus ended with exit code " + process.exitValue());
        }
        try {
            return get("/-/ready").statusCode() == 200;
        } catch (IOException e) {
            return false; // It does not listen yet.
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + address + path))
                        .timeout(LIMIT)
                        .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode data(String path) throws IOException, InterruptedException {
        JsonNode answer = JSON.readTree(get(path).body());
        if (!answer.path("status").asText().equals("success")) {
            throw new AssertionError(path + ": " + answer);
        }
        return answer.get("data");
    }

    /**
     * What an expression is now: the values of its series.
     *
     * @throws AssertionError if it is none
     */
    public List<Double> query(String expression) throws IOException, InterruptedException {
        String encoded = URLEncoder.encode(expression, StandardCharsets.UTF_8);
        JsonNode result = data("/api/v1/query?query=" + encoded).get("result");
        return StreamSupport.stream(result.spliterator(), false)
                .map(series -> number(series.get("value").get(1).asText()))
                .toList();
    }

    private static double number(String text) {
        return switch (text) {
            case "NaN" -> Double.NaN;
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** Its alerting rules: name, query, health ({@code ok}) and more of each. */
    public List<JsonNode> alerts() throws IOException, InterruptedException {
        return data("/api/v1/rules?type=alert").findValues("rules").stream()
                .flatMap(rules -> StreamSupport.stream(rules.spliterator(), false))
                .toList();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        Runtime.getRuntime().removeShutdownHook(killer);
    }
}
