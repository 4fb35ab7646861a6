package io.penstock.e2e.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.e2e.cluster.Await;
import io.penstock.report.RunReport.Outcome;
import io.penstock.run.DashboardChoice;
import io.penstock.run.StopSignal;
import io.penstock.run.StudyRun;
import io.penstock.run.Watching;
import io.penstock.study.StudyFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole run, watched as a page watches it. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class DashboardRunITCase {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Pattern ADDRESS =
            Pattern.compile("Dashboard: (http://127\\.0\\.0\\.1:\\d+/)");
    private static final String SOURCE = "live:heat2d-demo";
    private static final String STATE = "/api/state?source=" + SOURCE;

    @TempDir private Path runs;

    private final StringWriter out = new StringWriter();

    @Test
    void showsARunWhileItGoesOnAndItsEnd() throws Exception {
        CompletableFuture<Outcome> run = start(false);
        Api api = dashboard();
        CompletableFuture<List<String>> pushed = CompletableFuture.supplyAsync(() -> events(api));

        Await.until(
                "validation fields",
                LIMIT,
                () ->
                        api.has("/api/state?source=" + SOURCE)
                                && api.get("/api/fields?source=" + SOURCE).path("panels").size()
                                        == 3);
        assertFields(api);
        assertThat(run.get()).isEqualTo(Outcome.FINISHED);
        assertEnd(pushed.get());
    }

    @Test
    void isPausedSlowedResumedAndStoppedFromThePage() throws Exception {
        CompletableFuture<Outcome> run = start(true);
        Api api = dashboard();
        Await.until("training", LIMIT, () -> api.has(STATE) && batches(api) > 0);

        String paused = control(api, "PAUSE", "null");
        Await.until("taken", LIMIT, () -> state(api, paused).equals("TAKEN"));
        Await.until("paused", LIMIT, () -> shard(api).path("paused").asBoolean());
        long batches = batches(api);
        String slowed = control(api, "SET_LEARNING_RATE", "1e-5");
        Await.until("taken", LIMIT, () -> state(api, slowed).equals("TAKEN"));
        // Reports come twice a second while it is paused, and no batch with them.
        Await.until("learning rate", LIMIT, () -> learningRate(api) == 1e-5);
        assertThat(batches(api)).isEqualTo(batches);

        control(api, "RESUME", "null");
        Await.until("resumed", LIMIT, () -> batches(api) > batches);
        control(api, "STOP", "null");
        assertThat(run.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Outcome.FINISHED);
        assertThat(out.toString()).contains("Run finished");
    }

    private CompletableFuture<Outcome> start(boolean allowControl) throws Exception {
        StudyFile file = StudyFile.bundled("heat2d-demo");
        StudyRun.Settings settings =
                new StudyRun.Settings(
                        file.text(),
                        Optional.empty(),
                        new Watching(
                                new DashboardChoice(true, 0, allowControl), OptionalInt.empty()),
                        false,
                        new PrintWriter(out, true));
        StudyRun run =
                new StudyRun(file.study().withOutputFolder(runs), settings, new StopSignal());
        return CompletableFuture.supplyAsync(() -> run(run));
    }

    private Api dashboard() throws Exception {
        Await.until("dashboard", LIMIT, () -> ADDRESS.matcher(out.toString()).find());
        Matcher address = ADDRESS.matcher(out.toString());
        assertThat(address.find()).isTrue();
        return new Api(URI.create(address.group(1)));
    }

    /** Asks for a control; its id. */
    private static String control(Api api, String kind, String learningRate) throws Exception {
        HttpResponse<String> answer =
                api.post(
                        "/api/controls",
                        "{\"study\":\"heat2d-demo\",\"kind\":\"%s\",\"learningRate\":%s}"
                                .formatted(kind, learningRate));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return Api.json(answer.body()).path("control").asText();
    }

    /** What came of a control. */
    private static String state(Api api, String control) throws Exception {
        for (JsonNode known : api.get(STATE).path("controls")) {
            if (known.path("control").asText().equals(control)) {
                return known.path("state").asText();
            }
        }
        return "";
    }

    private static JsonNode shard(Api api) throws Exception {
        return api.get(STATE).path("shards").path(0);
    }

    private static long batches(Api api) throws Exception {
        return shard(api).path("batches").asLong();
    }

    private static double learningRate(Api api) throws Exception {
        return api.get(STATE).path("totals").path("learningRate").asDouble();
    }

    private static Outcome run(StudyRun run) {
        try {
            return run.run();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> events(Api api) {
        try (Stream<String> lines = api.events(SOURCE)) {
            return lines.toList();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertFields(Api api) throws Exception {
        JsonNode fields = api.get("/api/fields?source=" + SOURCE);
        JsonNode panel = fields.path("panels").path(2);
        assertThat(fields.path("error").isNull()).isTrue();
        assertThat(panel.path("step").asInt()).isEqualTo(99);
        assertThat(panel.path("label").asText()).endsWith("step 99, t = 1 s");
        assertThat(panel.path("parameters")).hasSize(5);
        ByteBuffer bytes =
                ByteBuffer.wrap(api.bytes("/api/fields/2/temperature?source=" + SOURCE))
                        .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getInt()).isEqualTo(32);
        assertThat(bytes.getInt()).isEqualTo(32);
        float[] values = new float[2 * 32 * 32];
        bytes.asFloatBuffer().get(values);
        assertThat(bytes.remaining()).isEqualTo(Float.BYTES * values.length);
        for (int i = 0; i < values.length / 2; i++) {
            assertThat(values[i]).isBetween(100f, 500f);
            assertThat(values[i + values.length / 2]).isBetween(0f, 600f);
        }
    }

    private void assertEnd(List<String> pushed) throws Exception {
        int last = pushed.lastIndexOf("event: state");
        JsonNode state = Api.json(pushed.get(last + 1).substring("data: ".length()));
        Path folder;
        try (Stream<Path> folders = Files.list(runs)) {
            folder = folders.findFirst().orElseThrow();
        }
        JsonNode report = Api.json(Files.readString(folder.resolve("report.json")));
        assertThat(state.path("shards").path(0).path("phase").asText()).isEqualTo("FINISHED");
        assertThat(state.path("totals").path("batches")).isEqualTo(report.path("batches"));
        assertThat(state.path("totals").path("samplesTrained").asLong())
                .isEqualTo(report.path("samples").path("trained").asLong());
        assertThat(state.path("totals").path("lag").asLong()).isZero();
        assertThat(state.path("totals").path("validationNormalisedRmse").asDouble())
                .isEqualTo(report.path("validation").path("normalisedRmse").asDouble());
        assertThat(state.path("ensemble").path("finished").asLong())
                .isEqualTo(report.path("simulations").path("finished").asLong());
        assertThat(state.path("models").path(0).path("last").asBoolean()).isTrue();
        assertThat(state.path("models").path(0).path("sha256"))
                .isEqualTo(report.path("weightsSha256"));
        assertThat(pushed).contains("event: fields", "event: ensemble", "event: series");
    }
}
