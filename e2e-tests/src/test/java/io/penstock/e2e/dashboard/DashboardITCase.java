package io.penstock.e2e.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.dashboard.Dashboard;
import io.penstock.e2e.cluster.Await;
import io.penstock.schemas.ControlKind;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.ServingEvent;
import io.penstock.schemas.ServingEventKind;
import io.penstock.schemas.TrainingControl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class DashboardITCase {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String STATE = "/api/state?source=live:heat";
    private static final int ENSEMBLE_BYTES = 200_000;
    private static final int MILLIS = 50;

    @TempDir private Path folder;

    @Test
    void showsWhatTheTopicsSay() throws Exception {
        try (WatchedBroker broker = new WatchedBroker(folder);
                Dashboard dashboard = broker.dashboard()) {
            Api api = new Api(dashboard.address());
            assertThat(api.get("/api/studies")).isEmpty();
            broker.createTopics(); // After the dashboard, which must not make them.
            long now = System.currentTimeMillis();
            tell(broker, now);
            await(api, "everything", 5);

            JsonNode state = api.get(STATE);
            assertTotals(state.path("totals"));
            assertRest(state, now);
            assertSeries(api.get("/api/series?source=live:heat"), now);
            assertEnsemble(api);
            JsonNode studies = api.get("/api/studies");
            assertThat(studies.path(0).path("study").asText()).isEqualTo("heat");
            assertThat(studies.path(0).path("shards").asInt()).isEqualTo(2);
            assertThat(studies.path(0).path("live").asBoolean()).isTrue();
            JsonNode unreadable = api.get("/api/info").path("unreadable");
            assertThat(unreadable.path("total").asInt()).isEqualTo(2);
            assertThat(unreadable.path("latest").asText()).startsWith("t-");
        }
    }

    private static void tell(WatchedBroker broker, long now) throws Exception {
        for (int i = 0; i <= 4; i++) {
            for (int shard = 0; shard < 2; shard++) {
                long time = now - 2000 + 500L * i;
                broker.send(
                        broker.topics.trainingReports(),
                        "heat/" + shard,
                        Told.bytes(
                                Told.report(shard, 2, 100L * i, time)
                                        .setPaused(shard == 1)
                                        .build()));
            }
        }
        broker.send(
                broker.topics.trainingReports(), "x", "no Avro".getBytes(StandardCharsets.UTF_8));
        for (int s = 0; s < 4; s++) {
            Purpose purpose = s == 0 ? Purpose.VALIDATION : Purpose.TRAINING;
            broker.send(broker.topics.simulationRequests(), "" + s, Told.request(s, purpose));
        }
        broker.flush();
        String events = broker.topics.simulationEvents();
        broker.send(events, "0", Told.started(0, Purpose.VALIDATION, now));
        broker.send(
                events,
                "0",
                Told.bytes(Told.event(0, EventKind.FINISHED, now).setStepsSent(100).build()));
        broker.send(events, "1", Told.started(1, Purpose.TRAINING, now));
        broker.send(
                events,
                "1",
                Told.bytes(Told.event(1, EventKind.HEARTBEAT, now).setStepsSent(42).build()));
        broker.send(events, "2", Told.started(2, Purpose.TRAINING, now));
        broker.send(
                events,
                "2",
                Told.bytes(Told.event(2, EventKind.FAILED, now).setReason("it blew up").build()));
        broker.send(events, "x", new byte[0]);
        broker.send(broker.topics.modelUpdates(), "heat", Told.model(1, now - 10));
        broker.send(broker.topics.modelUpdates(), "heat", Told.model(2, now));
        broker.send(broker.topics.rejectedSamples(), "1", Told.rejected(7, 1, now));
        broker.send(broker.topics.rejectedSamples(), "1", Told.rejected(7, 1, now));
        TrainingControl.Builder control =
                TrainingControl.newBuilder()
                        .setStudy("heat")
                        .setControl("c1")
                        .setKind(ControlKind.PAUSE)
                        .setBy("somebody")
                        .setTimestampMillis(now);
        String controls = broker.topics.trainingControls();
        broker.send(controls, "heat", bytes(control.build()));
        broker.send(
                controls,
                "heat",
                bytes(control.setKind(ControlKind.TAKEN).setShard(1).setBatch(123).build()));
        ServingEvent served =
                ServingEvent.newBuilder()
                        .setStudy("heat")
                        .setKind(ServingEventKind.SERVED)
                        .setVersion(2)
                        .setSubtask(0)
                        .setSwapMillis(8.5)
                        .setTimestampMillis(now)
                        .build();
        broker.send(
                broker.topics.servingEvents(),
                "heat",
                WatchedBroker.bytes(ServingEvent.getEncoder().encode(served)));
        broker.flush();
    }

    private static byte[] bytes(TrainingControl control) throws Exception {
        return WatchedBroker.bytes(TrainingControl.getEncoder().encode(control));
    }

    private static void await(Api api, String what, int rows) throws Exception {
        Await.until(
                what,
                LIMIT,
                () -> {
                    if (!api.has(STATE)) {
                        return false;
                    }
                    JsonNode state = api.get(STATE);
                    return api.get("/api/series?source=live:heat").path("total").asInt() == 2 * rows
                            && state.path("serving").size() == 1
                            && state.path("models").size() == 2
                            && state.path("rejected").path("total").asInt() == 1
                            && state.path("ensemble").path("failed").asInt() == 1;
                });
    }

    private static void assertTotals(JsonNode totals) {
        assertThat(totals.path("batches").asLong()).isEqualTo(800);
        assertThat(totals.path("samplesTrained").asLong()).isEqualTo(8000);
        assertThat(totals.path("inserts").asLong()).isEqualTo(2400);
        assertThat(totals.path("duplicates").asLong()).isEqualTo(8);
        assertThat(totals.path("rejected").asLong()).isEqualTo(1);
        assertThat(totals.path("loss").asDouble()).isEqualTo(1.0 / 401);
        assertThat(totals.path("freshLoss").asDouble()).isCloseTo(1.5 / 401, within(1e-15));
        assertThat(totals.path("validationLoss").asDouble()).isEqualTo(0.125);
        assertThat(totals.path("validationNormalisedRmse").asDouble()).isEqualTo(0.0625);
        assertThat(totals.path("samplesPerSecond").asDouble()).isEqualTo(400);
        assertThat(totals.path("reservoirSeen").asLong()).isEqualTo(140);
        assertThat(totals.path("reservoirCapacity").asLong()).isEqualTo(400);
        assertThat(totals.path("sampleAge").asDouble()).isEqualTo(40.5);
    }

    private static void assertRest(JsonNode state, long now) {
        JsonNode shard = state.path("shards").path(1);
        assertThat(shard.path("phase").asText()).isEqualTo("TRAINING");
        assertThat(shard.path("batches").asLong()).isEqualTo(400);
        assertThat(shard.path("lastReport").asLong()).isEqualTo(now);
        assertThat(shard.path("paused").asBoolean()).isTrue();
        assertThat(state.path("shards").path(0).path("paused").asBoolean()).isFalse();
        assertThat(state.path("stale").path("broker").isNull()).isTrue();
        assertThat(state.path("drawsPerSample").path("counts").toString()).isEqualTo("[0,4,6]");
        assertThat(state.path("drawsPerSample").path("mean").asDouble()).isEqualTo(1.6);
        assertThat(state.path("ensemble").toString())
                .isEqualTo("{\"total\":4,\"waiting\":1,\"running\":1,\"finished\":1,\"failed\":1}");
        assertThat(state.path("models").path(0).path("version").asLong()).isEqualTo(2);
        assertThat(state.path("models").path(0).path("metrics").path("validationLoss").asDouble())
                .isEqualTo(0.125);
        JsonNode rejected = state.path("rejected");
        assertThat(rejected.path("byCause").path("WRONG_SHAPE").asInt()).isEqualTo(1);
        assertThat(rejected.path("latest").path(0).path("place").asText())
                .isEqualTo("t-solver-outputs-0@7");
        JsonNode control = state.path("controls").path(0);
        assertThat(control.path("kind").asText()).isEqualTo("PAUSE");
        assertThat(control.path("state").asText()).isEqualTo("TAKEN");
        assertThat(control.path("taken").toString()).isEqualTo("[{\"shard\":1,\"batch\":123}]");
        assertThat(state.path("serving").path(0).path("swapMillis").asDouble()).isEqualTo(8.5);
    }

    private static void assertSeries(JsonNode series, long now) {
        assertThat(series.path("shards")).hasSize(2);
        JsonNode shard = series.path("shards").path(1);
        assertThat(shard.path("batches").toString()).isEqualTo("[0,100,200,300,400]");
        assertThat(shard.path("time").path(4).asLong()).isEqualTo(now);
        assertThat(shard.path("loss").path(2).asDouble()).isEqualTo(1.0 / 201);
        assertThat(shard.path("validationLoss").path(4).isNull()).isTrue();
        assertThat(shard.path("lag").path(4).isNull()).isTrue();
        assertThat(shard.path("checkpointBytes").path(4).asLong()).isEqualTo(7_340_032);
    }

    private static void assertEnsemble(Api api) throws Exception {
        JsonNode ensemble = api.get("/api/ensemble?source=live:heat");
        assertThat(ensemble.path("ids").toString()).isEqualTo("[0,1,2,3]");
        assertThat(ensemble.path("state").asText()).isEqualTo("FRXW");
        assertThat(ensemble.path("purpose").asText()).isEqualTo("VTTT");
        assertThat(ensemble.path("progress").toString()).isEqualTo("[1,0.42,0,0]");
        JsonNode failed = api.get("/api/ensemble/2?source=live:heat");
        assertThat(failed.path("reason").asText()).isEqualTo("it blew up");
        JsonNode running = api.get("/api/ensemble/1?source=live:heat");
        assertThat(running.path("sent").asInt()).isEqualTo(42);
        assertThat(running.path("rejected").asInt()).isEqualTo(1);
        assertThat(running.path("parameters").toString()).isEqualTo("[0.5,-1]");
        JsonNode coverage = api.get("/api/coverage?source=live:heat&x=0&y=1");
        assertThat(coverage.path("points").path(2).toString()).isEqualTo("[1,-2,\"X\",2]");
    }

    @Test
    void saysWhatIsStaleWhileTheBrokerIsAwayAndGoesOnWhenItIsBack() throws Exception {
        try (WatchedBroker broker = new WatchedBroker(folder);
                Dashboard dashboard = broker.dashboard()) {
            broker.createTopics();
            Api api = new Api(dashboard.address());
            report(broker, 10);
            Await.until("report", LIMIT, () -> batches(api) == 10);
            Iterator<String> pushed = api.events("live:heat").iterator();
            assertThat(pushed.next()).isEqualTo("event: state");
            JsonNode first = nextSeries(pushed);
            assertThat(first.path("whole").asBoolean()).isTrue();
            assertThat(first.path("shards").path(0).path("batches").toString()).isEqualTo("[10]");

            broker.stop();
            Await.until(
                    "word that the broker is away",
                    LIMIT,
                    () -> !api.get(STATE).path("stale").path("broker").isNull());
            assertThat(api.get(STATE).path("stale").path("broker").asText())
                    .startsWith("no answer since ");
            assertThat(batches(api)).isEqualTo(10);

            broker.startAgain();
            report(broker, 20);
            Await.until("report after the restart", LIMIT, () -> batches(api) == 20);
            Await.until(
                    "word that the broker is back",
                    LIMIT,
                    () -> api.get(STATE).path("stale").path("broker").isNull());
            JsonNode next = nextSeries(pushed);
            assertThat(next.path("whole").asBoolean()).isFalse();
            assertThat(next.path("shards").path(0).path("batches").toString()).isEqualTo("[20]");
        }
    }

    private static JsonNode nextSeries(Iterator<String> pushed) throws Exception {
        while (!pushed.next().equals("event: series")) {
            // Others come between.
        }
        return Api.json(pushed.next().substring("data: ".length()));
    }

    private static void report(WatchedBroker broker, long batches) throws Exception {
        broker.send(
                broker.topics.trainingReports(),
                "heat/0",
                Told.bytes(Told.report(0, 1, batches, System.currentTimeMillis()).build()));
        broker.flush();
    }

    private static long batches(Api api) throws Exception {
        return api.has(STATE) ? api.get(STATE).path("totals").path("batches").asLong() : -1;
    }

    @Test
    void readsATopicThatWasMadeAnewFromItsBeginning() throws Exception {
        try (WatchedBroker broker = new WatchedBroker(folder);
                Dashboard dashboard = broker.dashboard()) {
            broker.createTopics();
            Api api = new Api(dashboard.address());
            for (int i = 1; i <= 5; i++) {
                report(broker, 10L * i);
            }
            Await.until("reports", LIMIT, () -> batches(api) == 50);

            broker.deleteTopic(broker.topics.trainingReports());
            broker.createTopics();
            for (int i = 0; i <= 7; i++) {
                report(broker, i);
            }
            Await.until("reports of the new topic", LIMIT, () -> batches(api) == 7);
            Await.until(
                    "series of the new run",
                    LIMIT,
                    () ->
                            api.get("/api/series?source=live:heat")
                                    .path("shards")
                                    .path(0)
                                    .path("batches")
                                    .toString()
                                    .equals("[0,1,2,3,4,5,6,7]"));
        }
    }

    @Test
    void staysSmallAndQuickWithTenThousandSimulationsAndAMillionReports() throws Exception {
        try (WatchedBroker broker = new WatchedBroker(folder)) {
            broker.createTopics();
            long now = System.currentTimeMillis();
            for (int s = 0; s < 10_000; s++) {
                broker.send(
                        broker.topics.simulationEvents(),
                        "" + s,
                        Told.started(s, Purpose.TRAINING, now));
            }
            int reports = 1_000_000;
            for (int i = 0; i < reports; i++) {
                var report = Told.report(0, 1, i, now - reports + i);
                if (i == 123_456) {
                    report.setLoss(1e6); // A spike.
                }
                broker.send(broker.topics.trainingReports(), "heat/0", Told.bytes(report.build()));
            }
            broker.flush();
            try (Dashboard dashboard = broker.dashboard()) {
                Api api = new Api(dashboard.address());
                Await.until(
                        "all reports",
                        Duration.ofSeconds(90),
                        () ->
                                batches(api) == reports - 1
                                        && api.get(STATE).path("ensemble").path("total").asInt()
                                                == 10_000);
                String ensemble = "/api/ensemble?source=live:heat";
                assertThat(api.bytes(ensemble).length).isLessThan(ENSEMBLE_BYTES);
                assertThat(quickest(api, ensemble)).isLessThan(MILLIS);
                String series = "/api/series?source=live:heat&points=600";
                JsonNode all = api.get(series);
                assertThat(all.path("total").asInt()).isEqualTo(reports);
                JsonNode loss = all.path("shards").path(0).path("loss");
                assertThat(loss.size()).isBetween(590, 600);
                assertThat(loss.toString()).contains("1000000");
                assertThat(all.path("shards").path(0).path("batches").path(loss.size() - 1).asInt())
                        .isEqualTo(reports - 1);
                assertThat(quickest(api, series)).isLessThan(MILLIS);
            }
        }
    }

    /** The quickest of some answers, milliseconds: others use the machine too. */
    private static long quickest(Api api, String path) throws Exception {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long began = System.nanoTime();
            api.bytes(path);
            least = Math.min(least, System.nanoTime() - began);
        }
        return TimeUnit.NANOSECONDS.toMillis(least);
    }
}
