package io.penstock.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.broker.EmbeddedKafka;
import io.penstock.broker.EmbeddedKafkaSettings;
import io.penstock.broker.TopicAdmin;
import io.penstock.broker.TopicLayout;
import io.penstock.kafka.Topics;
import io.penstock.report.SampleRun;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Normalizer;
import io.penstock.sample.Quantity;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.RejectionCause;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import io.penstock.schemas.TrainingReport;
import io.penstock.surrogate.MlpSpec;
import io.penstock.surrogate.ModelDescription;
import io.penstock.surrogate.NetworkShape;
import io.penstock.surrogate.Predictor;
import io.penstock.surrogate.Safetensors;
import io.penstock.surrogate.Surrogate;
import io.penstock.surrogate.SurrogateSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look at topics, against a broker with records as a study leaves them. */
class TopicCommandsITCase {
    private static final Topics TOPICS = new Topics("it.");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SampleSpec SAMPLE =
            new SampleSpec(
                    "heat",
                    List.of(new Quantity("hot", "K", 0, 500)),
                    new Quantity("time", "s", 0, 20),
                    List.of(new FieldSpec("u", "K", List.of(3, 4), -2, 2)),
                    20,
                    1 << 20);

    @TempDir static Path broker;

    @TempDir Path folder;

    private static EmbeddedKafka kafka;

    @BeforeAll
    static void produce() throws Exception {
        kafka = EmbeddedKafka.start(new EmbeddedKafkaSettings(broker, 0, 4 << 20, false));
        Properties client = new Properties();
        client.setProperty("bootstrap.servers", kafka.bootstrapServers());
        try (TopicAdmin admin = new TopicAdmin(client)) {
            admin.ensure(TOPICS, new TopicLayout(2, 1, (short) 1, 1 << 20));
        }
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            Sender sender = new Sender(producer);
            sender.training();
            sender.ensemble();
            sender.rejections();
            producer.flush();
        }
    }

    @AfterAll
    static void stop() throws Exception {
        kafka.close();
    }

    /** Sends what a study leaves. */
    private record Sender(KafkaProducer<byte[], byte[]> producer) {
        void send(String topic, ByteBuffer value) {
            byte[] bytes = new byte[value.remaining()];
            value.get(bytes);
            producer.send(new ProducerRecord<>(topic, "heat".getBytes(UTF_8), bytes));
        }

        void training() throws IOException {
            for (int second = 18; second <= 20; second++) {
                for (int shard = 0; shard < 2; shard++) {
                    TrainingReport report =
                            SampleRun.report(second, 100L * second + shard)
                                    .setShard(shard)
                                    .setShards(2)
                                    .setLoss(0.125)
                                    .build();
                    send(TOPICS.trainingReports(), TrainingReport.getEncoder().encode(report));
                }
            }
            send(TOPICS.trainingReports(), ByteBuffer.wrap(new byte[] {1, 2, 3}));
            for (long version = 3; version <= 5; version++) {
                send(
                        TOPICS.modelUpdates(),
                        ModelUpdate.getEncoder().encode(model(version, "heat")));
            }
            send(TOPICS.modelUpdates(), ModelUpdate.getEncoder().encode(model(9, "flow")));
            for (int record = 0; record < 10; record++) {
                send(TOPICS.solverOutputs(), ByteBuffer.wrap(new byte[] {0}));
            }
        }

        void ensemble() throws IOException {
            for (long simulation = 0; simulation < 4; simulation++) {
                SimulationRequest request =
                        SimulationRequest.newBuilder()
                                .setStudy("heat")
                                .setSimulation(simulation)
                                .setParameters(List.of(300.0))
                                .setProposedBy("halton")
                                .build();
                send(TOPICS.simulationRequests(), SimulationRequest.getEncoder().encode(request));
            }
            event(EventKind.STARTED, 0);
            event(EventKind.FINISHED, 0);
            event(EventKind.STARTED, 1);
        }

        private void event(EventKind kind, long simulation) throws IOException {
            SimulationEvent event =
                    SimulationEvent.newBuilder()
                            .setStudy("heat")
                            .setKind(kind)
                            .setSimulation(simulation)
                            .build();
            send(TOPICS.simulationEvents(), SimulationEvent.getEncoder().encode(event));
        }

        void rejections() throws IOException {
            for (long offset = 0; offset < 3; offset++) {
                RejectedSample sample = StudyViewTest.rejected(offset, RejectionCause.WRONG_SHAPE);
                send(TOPICS.rejectedSamples(), RejectedSample.getEncoder().encode(sample));
            }
            RejectedSample empty = StudyViewTest.rejected(7, RejectionCause.EMPTY);
            send(TOPICS.rejectedSamples(), RejectedSample.getEncoder().encode(empty));
        }
    }

    private static ModelUpdate model(long version, String study) throws IOException {
        MlpSpec network = new MlpSpec(List.of(4));
        SurrogateSpec spec =
                new SurrogateSpec(
                        network, SampleForm.DIRECT, SurrogateSpec.NormalizerSource.RANGES);
        ByteArrayOutputStream weights = new ByteArrayOutputStream();
        try (Surrogate surrogate =
                Surrogate.create(
                        network,
                        NetworkShape.of(SAMPLE, SampleForm.DIRECT),
                        Device.cpu(),
                        RandomSource.XO_SHI_RO_256_PP.create(version))) {
            Safetensors.write(surrogate.weights(), weights);
        }
        byte[] sha256 = Safetensors.sha256().digest(weights.toByteArray());
        return StudyViewTest.model(version)
                .setStudy(study)
                .setModel(ModelDescription.of(SAMPLE, spec, Normalizer.ofRanges(SAMPLE)).toJson())
                .setInputOffsets(List.of())
                .setWeights(ByteBuffer.wrap(weights.toByteArray()))
                .setWeightsBytes(weights.size())
                .setWeightsSha256(HexFormat.of().formatHex(sha256))
                .setMetrics(Map.of("batches", 1000.0 * version, "validationLoss", 0.25))
                .build();
    }

    /** A command on the topics of the study. */
    private static Invocation on(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--kafka", kafka.bootstrapServers(), "--topic-prefix", "it."));
        return Invocation.of(all.toArray(String[]::new));
    }

    private static Invocation good(String... args) {
        Invocation invocation = on(args);
        assertThat(invocation.exitCode()).as(invocation.err()).isZero();
        return invocation;
    }

    private static JsonNode json(String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--json");
        return JSON.readTree(good(all.toArray(String[]::new)).out());
    }

    @Test
    void statusSaysWhereAStudyIs() {
        Invocation status = good("status", "heat");

        assertThat(status.out())
                .startsWith("study heat: training, last report ")
                .containsPattern("(?m)^ +0  training +2,000 +1.25e-01 ")
                .containsPattern("(?m)^ +1  training +2,001 +1.25e-01 ")
                .contains("4 simulations: 1 finished, 1 running, 2 waiting, 0 failed, 0 given up")
                .contains("version 5 published", "lag        at most 10 records")
                .contains("rejected   1 EMPTY, 3 WRONG_SHAPE");
        assertThat(status.err()).contains("passed over 1 records that could not be decoded");
    }

    @Test
    void statusIsOfEveryStudyAndForProgramsToo() throws Exception {
        JsonNode studies = json("status");

        assertThat(studies.findValuesAsText("study")).containsExactly("flow", "heat");
        JsonNode heat = studies.get(1);
        assertThat(heat.get("phase").asText()).isEqualTo("training");
        assertThat(heat.get("shards")).hasSize(2);
        assertThat(heat.at("/shards/1/learning/batches").asLong()).isEqualTo(2001);
        assertThat(heat.at("/shards/1/learning/losses/training").asDouble()).isEqualTo(0.125);
        assertThat(heat.at("/shards/1/learning/losses/fresh").isNull()).isTrue();
        assertThat(heat.at("/ensemble/waiting").asInt()).isEqualTo(2);
        assertThat(heat.at("/data/lag").asLong()).isEqualTo(10);
        assertThat(heat.at("/data/model/version").asLong()).isEqualTo(5);
        assertThat(studies.get(0).get("phase").isNull()).isTrue();
    }

    @Test
    void modelsAreListedAndShown() throws Exception {
        assertThat(good("models", "list", "heat").out().lines())
                .hasSize(4)
                .anyMatch(line -> line.matches("version +published .*"))
                .anyMatch(line -> line.matches(" +3 +1970-01-01T00:00:03Z .* in the topic"))
                .anyMatch(line -> line.matches(" +5 .* 5,000 +2.50e-01 .*"));
        assertThat(json("models", "list", "heat").findValuesAsText("version"))
                .containsExactly("3", "4", "5");

        assertThat(good("models", "show", "heat").out())
                .startsWith("version 5 of the model of heat\n")
                .contains("mlp [4]", "hot [K] 0.0 to 500.0", "u [K] [3, 4]", "batches")
                .contains(model(5, "heat").getWeightsSha256());
        JsonNode shown = json("models", "show", "heat", "3");
        assertThat(shown.at("/summary/version").asLong()).isEqualTo(3);
        assertThat(shown.at("/description/architecture/kind").asText()).isNotEmpty();
    }

    @Test
    void exportedModelPredictsAndIsNotOverwrittenUnasked() throws Exception {
        String out = folder.resolve("model").toString();
        Invocation export = good("models", "export", "heat", "4", "--out", out);
        assertThat(export.out()).startsWith("wrote version 4 of heat to " + out);
        byte[] weights = Files.readAllBytes(folder.resolve("model").resolve(Predictor.WEIGHTS));
        assertThat(ByteBuffer.wrap(weights)).isEqualTo(model(4, "heat").getWeights());
        try (Predictor predictor = Predictor.load(folder.resolve("model"))) {
            assertThat(predictor.predict(new double[] {300, 0.5}).get(0)).hasSize(12);
        }

        Invocation again = on("models", "export", "heat", "--out", out);
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("the folder " + out + " is not empty", "--force");
        assertThat(folder.resolve("model").resolve(Predictor.WEIGHTS)).hasBinaryContent(weights);

        good("models", "export", "heat", "--out", out, "--force");
        assertThat(Files.readAllBytes(folder.resolve("model").resolve(Predictor.WEIGHTS)))
                .as("the version published last")
                .isNotEqualTo(weights);
    }

    @Test
    void rejectedRecordsAreShownAndSaved() throws Exception {
        String out = folder.resolve("rejected").toString();
        Invocation all = good("rejected", "show", "heat", "--save", out);
        assertThat(all.out())
                .contains("WRONG_SHAPE  solver-outputs-0@2", "it was EMPTY")
                .containsPattern("(?m)^EMPTY +1$")
                .containsPattern("(?m)^WRONG_SHAPE +3$")
                .contains("wrote " + out + "/solver-outputs-0-2.bin, cut to what was kept of it");
        assertThat(Path.of(out).toFile().list()).hasSize(4);
        assertThat(Path.of(out, "solver-outputs-0-2.bin")).hasBinaryContent(new byte[] {1, 2, 2});

        JsonNode some = json("rejected", "show", "heat", "--cause", "wrong_shape", "--limit", "1");
        assertThat(some.at("/totals/WRONG_SHAPE").asInt()).isEqualTo(3);
        assertThat(some.get("newest")).hasSize(1);
        assertThat(some.at("/newest/0/place").asText()).isEqualTo("solver-outputs-0@2");
        assertThat(good("rejected", "show", "flow").out()).isEqualTo("none\n");
    }

    @Test
    void whatIsNotThereIsNamedWithWhatIs() {
        Invocation model = on("models", "list", "heatt");
        assertThat(model.exitCode()).isEqualTo(2);
        assertThat(model.err())
                .contains("it.model-updates holds no version of the model of study heatt")
                .contains("it holds those of heat, flow");
        Invocation version = on("models", "show", "heat", "8");
        assertThat(version.exitCode()).isEqualTo(2);
        assertThat(version.err()).contains("no version 8", "there are [3, 4, 5]");
        Invocation study = on("status", "heatt");
        assertThat(study.exitCode()).isEqualTo(2);
        assertThat(study.err()).contains("the topics tell of no study heatt");
        Invocation topic =
                Invocation.of("rejected", "show", "heat", "--kafka", kafka.bootstrapServers());
        assertThat(topic.exitCode()).isEqualTo(2);
        assertThat(topic.err()).contains("has no topic rejected-samples", "--topic-prefix");
    }
}
