package io.penstock.e2e;

import ai.djl.Device;
import io.penstock.PredictionJob;
import io.penstock.PredictionStart;
import io.penstock.e2e.cluster.Await;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Normalizer;
import io.penstock.sample.Quantity;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.Prediction;
import io.penstock.schemas.PredictionRequest;
import io.penstock.schemas.ServingEvent;
import io.penstock.schemas.ServingEventKind;
import io.penstock.serving.BatchBounds;
import io.penstock.serving.PromotionGate;
import io.penstock.serving.ServedModel;
import io.penstock.surrogate.MlpSpec;
import io.penstock.surrogate.ModelDescription;
import io.penstock.surrogate.NetworkShape;
import io.penstock.surrogate.Safetensors;
import io.penstock.surrogate.Surrogate;
import io.penstock.surrogate.SurrogateSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.flink.api.common.JobID;

/** A study whose model is published by hand, and the job that serves it. */
final class ServedStudy {
    static final String NAME = "rod";
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final int CELLS = 16;
    private static final MlpSpec NETWORK = new MlpSpec(List.of(8));
    private static final SampleSpec SAMPLE =
            new SampleSpec(
                    NAME,
                    List.of(
                            new Quantity("west", "K", 100, 500),
                            new Quantity("east", "K", 100, 500)),
                    new Quantity("time", "s", 0, 2),
                    List.of(new FieldSpec("temperature", "K", List.of(CELLS), 100, 500)),
                    10,
                    1 << 16);

    private ServedStudy() {}

    /** A version whose weights its number decides. */
    static ModelUpdate version(long version) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Surrogate surrogate =
                Surrogate.create(
                        NETWORK,
                        NetworkShape.of(SAMPLE, SampleForm.DIRECT),
                        Device.cpu(),
                        RandomSource.XO_SHI_RO_256_PP.create(version))) {
            Safetensors.write(surrogate.weights(), out);
        }
        byte[] weights = out.toByteArray();
        SurrogateSpec spec =
                new SurrogateSpec(
                        NETWORK, SampleForm.DIRECT, SurrogateSpec.NormalizerSource.RANGES);
        return ModelUpdate.newBuilder()
                .setStudy(NAME)
                .setVersion(version)
                .setModel(ModelDescription.of(SAMPLE, spec, Normalizer.ofRanges(SAMPLE)).toJson())
                .setMetrics(Map.of())
                .setInputOffsets(List.of())
                .setShardProgress(List.of())
                .setWeights(ByteBuffer.wrap(weights))
                .setWeightsBytes(weights.length)
                .setWeightsSha256(HexFormat.of().formatHex(Safetensors.sha256().digest(weights)))
                .setTimestampMillis(System.currentTimeMillis())
                .build();
    }

    static void publish(TestCluster cluster, ModelUpdate update) throws Exception {
        cluster.send(cluster.topics.modelUpdates(), NAME, encode(ModelUpdate.getEncoder(), update));
    }

    /** A request whose number decides the parameters. */
    static PredictionRequest request(long number) {
        return PredictionRequest.newBuilder()
                .setId(Long.toString(number))
                .setStudy(NAME)
                .setParameters(List.of(100.0 + number % 400, 500.0 - number % 400))
                .setTime(0.1 * (number % 20))
                .setTimestampMillis(System.currentTimeMillis())
                .build();
    }

    static void ask(TestCluster cluster, long from, long to) throws Exception {
        for (long number = from; number < to; number++) {
            cluster.send(
                    cluster.topics.predictionRequests(),
                    Long.toString(number),
                    encode(PredictionRequest.getEncoder(), request(number)));
        }
    }

    private static <T> byte[] encode(BinaryMessageEncoder<T> encoder, T value) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        encoder.encode(value, out);
        return out.toByteArray();
    }

    /** Starts the job where the last one left off. */
    static JobID serve(TestCluster cluster, Path checkpoints, int parallelism) throws Exception {
        var env = cluster.environment(checkpoints, Duration.ofMillis(200));
        PredictionJob.build(
                env,
                new PredictionJob.Settings(
                        NAME,
                        cluster.kafka,
                        cluster.topics,
                        PredictionStart.find(cluster.kafka, cluster.topics, NAME),
                        new PredictionJob.How(
                                new BatchBounds(16, Duration.ofMillis(2)),
                                PromotionGate.DEFAULT,
                                parallelism)));
        return cluster.submit(env);
    }

    static List<Prediction> answers(TestCluster cluster) throws IOException {
        List<Prediction> answers = new ArrayList<>();
        for (var record : cluster.read(cluster.topics.predictions())) {
            answers.add(Prediction.getDecoder().decode(record.value()));
        }
        return answers;
    }

    /** Waits until there are so many answers at least, and returns all of them. */
    static List<Prediction> awaitAnswers(TestCluster cluster, int count) throws Exception {
        Await.until(count + " answers", LIMIT, () -> answers(cluster).size() >= count);
        return answers(cluster);
    }

    static List<ServingEvent> events(TestCluster cluster, ServingEventKind kind)
            throws IOException {
        List<ServingEvent> events = new ArrayList<>();
        for (var record : cluster.read(cluster.topics.servingEvents())) {
            ServingEvent event = ServingEvent.getDecoder().decode(record.value());
            if (event.getKind() == kind) {
                events.add(event);
            }
        }
        return events;
    }

    /** Waits until something was said of a version so often. */
    static void awaitEvents(TestCluster cluster, ServingEventKind kind, long version, int count)
            throws Exception {
        Await.until(
                kind + " of version " + version,
                LIMIT,
                () ->
                        events(cluster, kind).stream()
                                        .filter(event -> event.getVersion() == version)
                                        .count()
                                >= count);
    }

    /** The values of an answer. */
    static float[] values(Prediction answer) {
        float[] values = new float[CELLS];
        answer.getFields()
                .get(0)
                .getData()
                .duplicate()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    /** What a model predicts for a request, alone. */
    static float[] expected(ServedModel model, PredictionRequest request) {
        return model.predictor()
                .predict(
                        new double[] {
                            request.getParameters().get(0),
                            request.getParameters().get(1),
                            request.getTime()
                        })
                .get(0);
    }
}
