package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.penstock.run.DashboardChoice;
import io.penstock.run.StopSignal;
import io.penstock.study.Study;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PenstockTest {
    private static final String STUDY =
            """
            study: external
            seed: 3
            steps: 5
            time-step: 0.5
            parameters: []
            fields:
              - {name: u, shape: [3], min: 0, max: 1}
            """;

    @TempDir Path folder;

    private String study(String more) throws IOException {
        return Files.writeString(folder.resolve("study.yaml"), STUDY + more).toString();
    }

    private String outFolder() {
        return folder.resolve("runs").toString();
    }

    @Test
    void runPassesTheStudyAndItsOverridesOn() throws Exception {
        Invocation run =
                Invocation.of("run", study(""), "--seed", "9", "--out", folder + "/with space");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.study().seed()).isEqualTo(9);
        assertThat(run.study().output().folder()).isEqualTo(folder.resolve("with space"));
        assertThat(run.options().source().study().seed()).isEqualTo(3);
        assertThat(run.options().flink()).isNull();
    }

    @Test
    void demoRunsItsStudy() {
        Invocation demo = Invocation.of("demo", "--out", outFolder());

        assertThat(demo.exitCode()).isZero();
        assertThat(demo.study()).extracting(Study::name).isEqualTo("heat2d-demo");
    }

    @Test
    void runAndDemoShowThemselvesUnlessToldNotTo() throws Exception {
        Invocation plain = Invocation.of("demo", "--out", outFolder());
        assertThat(plain.options().watching().dashboard())
                .isEqualTo(new DashboardChoice(true, null, false));
        Invocation hidden = Invocation.of("demo", "--out", outFolder(), "--no-dashboard");
        assertThat(hidden.options().watching().dashboard().wanted()).isFalse();
        Invocation steered =
                Invocation.of(
                        "run",
                        study(""),
                        "--out",
                        outFolder(),
                        "--dashboard-port",
                        "9000",
                        "--allow-control");
        assertThat(steered.options().watching().dashboard())
                .isEqualTo(new DashboardChoice(true, 9000, true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "demo --no-dashboard --allow-control | --no-dashboard fits neither",
                "demo --dashboard-port 70000 | --dashboard-port: 70000 is not allowed; allowed: 0",
                "dashboard --allow-control | --allow-control and --client-config need --kafka",
                "dashboard --port 70000 | --port: 70000 is not allowed; allowed: 0 to 65535",
                "dashboard --kafka broker | --kafka: broker is not allowed; allowed: HOST:PORT",
                "dashboard --flink x | --flink: x is not allowed; allowed: HOST:PORT",
                "dashboard --kafka b:1 --topic-prefix a/b | --topic-prefix: a/b is not allowed",
                "dashboard --kafka b:1 --client-config no.such | --client-config: no.such",
                "serve heat --kafka broker | --kafka: broker is not allowed; allowed: HOST:PORT",
                "serve heat --kafka b:1 --latency soon | --latency: soon is not allowed; allowed: ",
                "status --kafka broker | --kafka: broker is not allowed; allowed: HOST:PORT",
                "control learning-rate -1 heat2d-paper | learning-rate: -1 is not allowed; allowed: above 0",
                "control learning-rate NaN heat2d-paper | learning-rate: NaN is not allowed; allowed: above 0"
            })
    void valuesThatAreNotAllowedAreNamedAsTheyWereGiven(String args, String message) {
        Invocation run = Invocation.of(args.split(" "));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("penstock: " + message);
        assertThat(run.isStarted()).isFalse();
    }

    @Test
    void dashboardServesUntilItIsStopped() throws Exception {
        StopSignal stop = new StopSignal();
        StringWriter out = new StringWriter();
        CommandLine line =
                Penstock.commandLine(List.of(new DashboardCommand(() -> stop)))
                        .setOut(new PrintWriter(out, true));
        CompletableFuture<Integer> exit =
                CompletableFuture.supplyAsync(
                        () -> line.execute("dashboard", "--port", "0", "--runs", outFolder()));
        while (!out.toString().contains("Ctrl-C ends it.") && !exit.isDone()) {
            Thread.onSpinWait();
        }
        assertThat(out.toString()).startsWith("Dashboard: http://127.0.0.1:");
        String address = out.toString().lines().findFirst().orElseThrow().substring(11);
        HttpRequest question =
                HttpRequest.newBuilder(URI.create(address).resolve("/api/info")).build();
        assertThat(
                        HttpClient.newHttpClient()
                                .send(question, HttpResponse.BodyHandlers.ofString())
                                .body())
                .contains("\"kafka\":null", "\"control\":false");
        stop.request();
        assertThat(exit.get(10, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void exitCodeOfARunIsThatOfItsRunner() throws Exception {
        Invocation run = Invocation.running((s, o) -> 1, "run", study(""), "--out", outFolder());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).isEmpty();
    }

    @Test
    void failedRunIsOneParagraphUnlessDebugged() throws Exception {
        StudyRunner failing =
                (study, options) -> {
                    throw new IOException("the disk is full");
                };

        Invocation run = Invocation.running(failing, "run", study(""), "--out", outFolder());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo(
                        "penstock: the disk is full\n"
                                + "Run the command again with --debug for the stack trace.\n");

        Invocation debugged =
                Invocation.running(failing, "run", study(""), "--debug", "--out", outFolder());
        assertThat(debugged.err()).contains("the disk is full", "\tat io.penstock.cli");
    }

    @Test
    void badStudyIsRefusedBeforeAnythingStarts() throws Exception {
        String file = study("reservoir: {capacity: many}\n");

        for (String command : new String[] {"run", "validate"}) {
            Invocation run = Invocation.of(command, file);
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err())
                    .isEqualTo(
                            "penstock: "
                                    + file
                                    + ":8: reservoir.capacity: \"many\" is not allowed;"
                                    + " allowed: a whole number, 1 or above\n");
            assertThat(run.isStarted()).isFalse();
        }
    }

    @Test
    void missingStudyIsAUsageError() {
        Invocation run = Invocation.of("run", folder + "/none.yaml");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("none.yaml: no such file");
    }

    @Test
    void reservoirLargerThanMemorySaysWhatItNeedsAndHas() throws Exception {
        String file = study("reservoir: {capacity: 2_000_000_000}\n");

        for (String command : new String[] {"run", "validate"}) {
            Invocation run = Invocation.of(command, file);
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err())
                    .contains(file + ":8: reservoir.capacity: 2000000000")
                    .contains("the reservoir 32000000000 bytes")
                    .containsPattern("(the machine has|MaxDirectMemorySize gives) \\d+ bytes");
            assertThat(run.isStarted()).isFalse();
        }
    }

    @Test
    void outputFolderThatCannotBeWrittenIsNamed() throws Exception {
        String inTheWay = Files.writeString(folder.resolve("file"), "").toString();

        for (String out : new String[] {inTheWay, inTheWay + "/runs", "/proc/runs"}) {
            Invocation run = Invocation.of("run", study(""), "--out", out);
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains("the output folder " + out + " cannot be written");
            assertThat(run.isStarted()).isFalse();
        }
    }

    @Test
    void outputFolderIsLeftCleanByTheCheck() throws Exception {
        Invocation.of("run", study(""), "--out", outFolder());

        assertThat(Path.of(outFolder())).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({
        "run, Missing required parameter: 'STUDY'",
        "run x --sed 3, Unknown options: '--sed'",
        "run x --seed many, Invalid value for option '--seed'",
        "fly, Unmatched argument at index 0: 'fly'",
        "'', a command is missing; there are demo",
        "topics, a command is missing after topics; there is create",
        "models, a command is missing after models; there are list, show, export, rollback, follow",
        "rejected, a command is missing after rejected; there is show",
        "status, Missing required option: '--kafka=HOST:PORT'",
        "rejected show heat --kafka a:1 --cause X, Invalid value for option '--cause'",
        "control, 'a command is missing after control; there are pause, resume'",
        "control pause, Missing required parameter: 'STUDY'",
        "control learning-rate, 'Missing required parameters: '"
    })
    void commandLineThatMakesNoSenseIsAUsageError(String args, String message) {
        Invocation run = Invocation.of(args.isEmpty() ? new String[0] : args.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("penstock: " + message).contains("--help'.");
        assertThat(run.err()).doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "demo",
                "run",
                "validate",
                "topics",
                "topics create",
                "control",
                "dashboard",
                "status",
                "models",
                "models list",
                "models show",
                "models export",
                "models rollback",
                "models follow",
                "rejected",
                "rejected show",
                "completion"
            })
    void helpHasExamplesAndExitCodes(String command) {
        Invocation help = Invocation.of((command + " --help").strip().split(" "));

        assertThat(help.exitCode()).isZero();
        assertThat(help.out())
                .contains("Usage: penstock " + command)
                .contains("Exit codes:", "  2", "--debug", "--version")
                .containsPattern("Examples:\\n  penstock \\w+");
    }

    @Test
    void topHelpListsTheCommandsButNotTheHiddenOne() {
        String help = Invocation.of("--help").out();

        assertThat(help)
                .contains("demo", "run", "validate", "dashboard", "topics")
                .doesNotContain("keys");
    }

    @Test
    void versionNamesPenstockAndJava() {
        assertThat(Invocation.of("--version").out()).startsWith("penstock ").contains("(Java 1");
    }

    @Test
    void keysPrintsTheTable() {
        assertThat(Invocation.of("keys").out())
                .startsWith("| Key | Type | Default | Allowed | Meaning |\n|---|");
    }

    @Test
    void validateSaysWhatWillRun() {
        Invocation validate = Invocation.of("validate", "heat2d-paper");

        assertThat(validate.exitCode()).isZero();
        assertThat(validate.out())
                .startsWith("heat2d-paper is a good study.\n")
                .contains("250 simulations and 10 for validation, 100 steps each, 1 at a time")
                .contains("heat2d, parameters by monte-carlo")
                .contains("initial, west, east, south, north, time")
                .contains("temperature [100, 100]: 10000 values a step")
                .contains("39.2 KiB a step, of at most 16.0 MiB")
                .contains("mlp [256, 256] from 6 numbers to 10000")
                .contains("272.8 MiB of ", "30.2 MiB for the model")
                .containsPattern("reproducible +no\\n +training.pace is continuous");
    }

    @Test
    void validateStartsAndCreatesNothing() throws Exception {
        Invocation validate =
                Invocation.of(
                        "validate",
                        study(
                                "training: {pace: {samples-per-insert: 2}, until: forever}\n"
                                        + "kafka: {bootstrap-servers: 'nowhere:1'}\n"
                                        + "output: {folder: "
                                        + outFolder()
                                        + "}\n"));

        assertThat(validate.err()).isEmpty();
        assertThat(validate.out())
                .contains("external producers, 5 steps a simulation")
                .contains("2.0 draws for each new sample, until it is stopped")
                .contains("nowhere:1");
        assertThat(Path.of(outFolder())).doesNotExist();
    }

    @Test
    void brokerThatDoesNotAnswerIsNamedAfterTheLimit() throws Exception {
        Properties client = new Properties();
        client.setProperty("bootstrap.servers", "127.0.0.1:" + unusedPort());

        assertThatThrownBy(() -> Endpoints.requireKafka(client, Duration.ofMillis(1000)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("cannot be reached: no answer within 1 s. Check the address");
    }

    @Test
    void brokerWhoseNameIsUnknownIsNamed() throws Exception {
        Invocation run =
                Invocation.of("topics", "create", study(""), "--kafka", "broker.invalid:9092");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("Kafka at \"broker.invalid:9092\" cannot be reached: ");
    }

    @Test
    void topicsAreLookedAtOnlyWhereTheOptionsMakeSense() {
        for (String command : new String[] {"status", "models list heat", "rejected show heat"}) {
            assertThat(on(command, "--kafka nowhere"))
                    .isEqualTo(
                            "penstock: --kafka: nowhere is not allowed; allowed: HOST:PORT, several"
                                    + " separated by commas\n");
            assertThat(on(command, "--kafka a:1 --topic-prefix a/b"))
                    .startsWith("penstock: --topic-prefix: a/b is not allowed; allowed: at most");
            assertThat(on(command, "--kafka a:1 --client-config none.properties"))
                    .startsWith("penstock: --client-config: none.properties (")
                    .contains("allowed: the path of a readable Java properties file");
            assertThat(on(command, "--kafka broker.invalid:1"))
                    .contains("Kafka at \"broker.invalid:1\" cannot be reached: ")
                    .doesNotContain("is started inside");
        }
        assertThat(on("rejected show heat", "--kafka a:1 --limit 0"))
                .isEqualTo("penstock: --limit: 0 is not allowed; allowed: 1 or above\n");
    }

    /** What is said of a command line that cannot be started. */
    private static String on(String command, String options) {
        Invocation invocation = Invocation.of((command + " " + options).split(" "));
        assertThat(invocation.exitCode()).isEqualTo(2);
        return invocation.err();
    }

    @Test
    void brokerAddressMustBeOne() throws Exception {
        assertThat(Invocation.of("run", study(""), "--kafka", "nowhere").err())
                .isEqualTo(
                        "penstock: --kafka: nowhere is not allowed; allowed: HOST:PORT, several"
                                + " separated by commas\n");
        assertThat(Invocation.of("topics", "create", study("")).err())
                .contains("names no brokers; add --kafka HOST:PORT");
    }

    @Test
    void clientPropertiesThatCannotBeReadAreNamedWithTheirLine() throws Exception {
        Invocation run =
                Invocation.of("run", study("kafka:\n  client-properties: none.properties\n"));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("study.yaml:9: kafka.client-properties: ")
                .contains("none.properties");
    }

    @Test
    void flinkClusterMustAnswerAsOne() throws Exception {
        String out = outFolder();
        assertThat(Invocation.of("run", study(""), "--out", out, "--flink", "nowhere").err())
                .contains("--flink: \"nowhere\" is not allowed; allowed: HOST:PORT");
        String closed = "127.0.0.1:" + unusedPort();
        Invocation refused = Invocation.of("run", study(""), "--out", out, "--flink", closed);
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("Flink at \"" + closed + "\" cannot be reached: ");

        assertThat(answeredBy("it works").err()).contains("is not a Flink cluster's REST endpoint");
        Invocation flink = answeredBy("{\"flink-version\":\"2.3.0\"}");
        assertThat(flink.exitCode()).isZero();
        assertThat(flink.options().flink()).startsWith("127.0.0.1:");
    }

    /** A run on a cluster whose REST endpoint answers with this. */
    private Invocation answeredBy(String body) throws Exception {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        server.createContext(
                "/overview",
                exchange -> {
                    exchange.sendResponseHeaders(200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
        server.start();
        try {
            String address = "127.0.0.1:" + server.getAddress().getPort();
            return Invocation.of("run", study(""), "--out", outFolder(), "--flink", address);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void metricsAreShownOnlyWhereAskedForAndOnlyWhereSomebodyCanListen() throws Exception {
        String out = outFolder();
        assertThat(Invocation.of("demo", "--out", out).options().watching().metricsPort())
                .isEmpty();
        String free = Integer.toString(unusedPort());
        assertThat(
                        Invocation.of("demo", "--out", out, "--metrics-port", free)
                                .options()
                                .watching()
                                .metricsPort())
                .hasValue(Integer.parseInt(free));

        Invocation beyond =
                Invocation.of("run", study(""), "--out", out, "--metrics-port", "65536");
        assertThat(beyond.exitCode()).isEqualTo(2);
        assertThat(beyond.err()).contains("65536 is not allowed; allowed: 1 to 65535");
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = Integer.toString(taken.getLocalPort());
            Invocation run = Invocation.of("run", study(""), "--out", out, "--metrics-port", port);
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains("--metrics-port " + port + " cannot be listened at: ");
        }
        Invocation cluster =
                Invocation.of("run", study(""), "--metrics-port", free, "--flink", "there:8081");
        assertThat(cluster.exitCode()).isEqualTo(2);
        assertThat(cluster.err()).contains("that at there:8081 has a setting of its own");
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
