package io.penstock.dashboard.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.dashboard.DashboardSettings;
import io.penstock.dashboard.DashboardSettings.Address;
import io.penstock.dashboard.study.StudyBoard;
import io.penstock.schemas.ControlKind;
import io.penstock.setting.Check;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class WebServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path runs;

    private final StudyBoard board = new StudyBoard();
    private final List<String> sent = new ArrayList<>();
    private WebServer server;

    @BeforeEach
    void start() throws IOException {
        server = server(Address.anyPort(), this::send);
    }

    private WebServer server(Address address, @Nullable ControlSender controls) throws IOException {
        return new WebServer(
                new DashboardSettings(address, null, runs, controls != null, null),
                board,
                controls,
                Clock.systemUTC());
    }

    private String send(String study, ControlKind kind, @Nullable Double rate) {
        Check.that(rate == null || rate > 0, "learning-rate", String.valueOf(rate), "above 0");
        sent.add(study + " " + kind + " " + rate);
        return "c" + sent.size();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void answersTheNamesOfThisMachineOnly() throws IOException {
        int port = server.address().getPort();
        assertThat(raw("GET /api/info HTTP/1.1", "Host: 127.0.0.1:" + port)).startsWith(ok());
        assertThat(raw("GET /api/info HTTP/1.1", "Host: localhost:" + port)).startsWith(ok());
        assertThat(raw("GET /api/info HTTP/1.1", "Host: [::1]:" + port)).startsWith(ok());
        assertThat(raw("GET /api/info HTTP/1.1", "Host: evil.example:" + port))
                .startsWith("HTTP/1.1 403")
                .contains("the host evil.example:" + port + " is not this dashboard's");
        assertThat(raw("GET /api/info HTTP/1.1", "Host: 127.0.0.1.evil.example"))
                .startsWith("HTTP/1.1 403");
    }

    @Test
    void answersAnyAddressButNoForeignNameWhenBoundToAll() throws IOException {
        server.close();
        server = server(new Address("0.0.0.0", 0, false), null);
        assertThat(server.address()).hasHost("localhost");
        assertThat(raw("GET /api/info HTTP/1.1", "Host: 192.168.1.7:80")).startsWith(ok());
        assertThat(raw("GET /api/info HTTP/1.1", "Host: evil.example:80"))
                .startsWith("HTTP/1.1 403")
                .contains("allowed: an address of this machine in digits, localhost");
    }

    private static String ok() {
        return "HTTP/1.1 200";
    }

    /** A request with headers that an HTTP client would not let through. */
    private String raw(String... head) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            OutputStream out = socket.getOutputStream();
            String text = String.join("\r\n", head) + "\r\nConnection: close\r\n\r\n";
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void tellsTheBrowserToTrustNothingFromOutside() throws Exception {
        HttpResponse<String> answer = get("/api/info");
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .isEqualTo(
                        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'"
                                + " data:; connect-src 'self'; base-uri 'none'; form-action 'self';"
                                + " frame-ancestors 'none'");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        JsonNode info = JSON.readTree(answer.body());
        assertThat(info.path("control").asBoolean()).isTrue();
        assertThat(info.path("kafka").isNull()).isTrue();
    }

    @Test
    @Timeout(60)
    void pagesAreToldToTheEndWhenItCloses() throws Exception {
        for (int round = 0; round < 50; round++) {
            WebServer closing = server(Address.anyPort(), null);
            CompletableFuture<HttpResponse<String>> page =
                    HttpClient.newHttpClient()
                            .sendAsync(
                                    HttpRequest.newBuilder(
                                                    closing.address()
                                                            .resolve(
                                                                    "/api/events?source=live:later"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
            while (closing.pages() == 0 && !page.isDone()) {
                Thread.onSpinWait();
            }
            closing.close();
            assertThat(page.get(10, TimeUnit.SECONDS).body()).startsWith(":");
        }
    }

    @Test
    void servesTheChartLibrary() throws Exception {
        HttpResponse<String> answer = get("/webjars/echarts/5.5.0/echarts.min.js");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/javascript");
        assertThat(answer.body()).contains("echarts");
    }

    @Test
    void servesOnlyTheFilesThatRunsLeaveForPeople() throws Exception {
        Path run = Files.createDirectories(runs.resolve("a-20260101-000000"));
        Files.writeString(run.resolve("report.html"), "<p>well</p>");
        Files.writeString(run.resolve("secret.txt"), "hidden words");
        Files.writeString(runs.resolve("report.html"), "above");
        Path elsewhere =
                Files.createDirectories(runs.resolveSibling("elsewhere-" + run.hashCode()));
        Files.writeString(elsewhere.resolve("report.html"), "hidden words");
        Files.createSymbolicLink(runs.resolve("link"), elsewhere);
        Files.createSymbolicLink(run.resolve("x.png"), elsewhere.resolve("report.html"));

        assertThat(get("/runs/a-20260101-000000/report.html").body()).isEqualTo("<p>well</p>");
        for (String path :
                List.of(
                        "/runs/a-20260101-000000/secret.txt",
                        "/runs/a-20260101-000000/x.png",
                        "/runs/link/report.html",
                        "/runs/%2e%2e/report.html",
                        "/runs/..%2f" + elsewhere.getFileName() + "/report.html",
                        "/runs/./report.html",
                        "/assets/..%2findex.html",
                        "/assets/%2e%2e/index.html",
                        "/assets/%2e%2e/%2e%2e/web/WebServer.class")) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).as(path).isIn(400, 404);
            assertThat(answer.body()).as(path).doesNotContain("hidden words", "above");
        }
    }

    @Test
    void saysInOneLineWhatIsWrongWithAQuestion() throws Exception {
        HttpResponse<String> answer = get("/api/state?source=heat");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).path("error").asText())
                .isEqualTo("source is heat; allowed: live:STUDY or run:RUN");
        assertThat(get("/api/state?source=live:heat").statusCode()).isEqualTo(404);
        board.study("heat");
        assertThat(get("/api/series?source=live:heat&points=1e9").body())
                .contains("points is 1e9; allowed: 10 to 5000");
        assertThat(get("/api/series?source=live:heat&from=-5").body())
                .contains("from is -5; allowed: 0 or above");
        assertThat(get("/api/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void takesControlsThatFit() throws Exception {
        board.study("heat");
        HttpResponse<String> answer =
                post("{\"study\":\"heat\",\"kind\":\"SET_LEARNING_RATE\",\"learningRate\":1e-4}");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("{\"control\":\"c1\"}");
        assertThat(sent).containsExactly("heat SET_LEARNING_RATE 1.0E-4");

        assertThat(post("{\"study\":\"heat\",\"kind\":\"TAKEN\"}").body())
                .contains("allowed: PAUSE, RESUME, SET_LEARNING_RATE, SAVEPOINT, STOP");
        assertThat(post("{\"study\":\"ice\",\"kind\":\"STOP\"}").statusCode()).isEqualTo(400);
        assertThat(post("{").statusCode()).isEqualTo(400);
        assertThat(
                        post("{\"study\":\"heat\",\"kind\":\"SET_LEARNING_RATE\","
                                        + "\"learningRate\":-1}")
                                .statusCode())
                .isEqualTo(400);
        assertThat(sent).hasSize(1);
    }

    @Test
    void takesNoControlsFromForeignPages() throws Exception {
        board.study("heat");
        String host = "127.0.0.1:" + server.address().getPort();
        String wish = "{\"study\":\"heat\",\"kind\":\"STOP\"}";
        assertThat(status(request().header("Origin", "http://evil.example"), wish)).isEqualTo(403);
        assertThat(status(request().setHeader("Content-Type", "text/plain"), wish)).isEqualTo(415);
        assertThat(sent).isEmpty();
        assertThat(status(request().header("Origin", "http://" + host), wish)).isEqualTo(202);
    }

    @Test
    void takesNoControlsUnlessTheyAreAllowed() throws Exception {
        server.close();
        server = server(Address.anyPort(), null);
        board.study("heat");
        HttpResponse<String> answer = post("{\"study\":\"heat\",\"kind\":\"STOP\"}");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body())
                .isEqualTo("{\"error\":\"controls are off; start with --allow-control\"}");
    }

    @Test
    void takesAnotherPortWhenTheDefaultIsTakenButNotWhenOneIsAskedFor() throws Exception {
        int taken = server.address().getPort();
        try (WebServer other = server(new Address("127.0.0.1", taken, false), null)) {
            assertThat(other.address().getPort()).isNotEqualTo(taken);
        }
        assertThatThrownBy(() -> server(new Address("127.0.0.1", taken, true), null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the dashboard cannot listen on 127.0.0.1:" + taken)
                .hasMessageContaining("name a free port");
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        get("/api/info");
        server.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("dashboard"));
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(server.address().resolve("/api/controls"))
                .header("Content-Type", "application/json");
    }

    private HttpResponse<String> post(String body) throws Exception {
        return send(request().POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    private static int status(HttpRequest.Builder request, String body) throws Exception {
        return send(request.POST(HttpRequest.BodyPublishers.ofString(body)).build()).statusCode();
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create(server.address().toString().replaceFirst("/$", "") + path);
        return send(HttpRequest.newBuilder(uri).build());
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
