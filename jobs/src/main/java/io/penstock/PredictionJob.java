package io.penstock;

import io.penstock.flink.ConsumedRecord;
import io.penstock.flink.KafkaAnswerLog;
import io.penstock.flink.PredictionOperatorFactory;
import io.penstock.flink.PredictionSettings;
import io.penstock.flink.WireRecord;
import io.penstock.flink.WireRecordTypes;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.serving.BatchBounds;
import io.penstock.serving.PromotionGate;
import io.penstock.setting.Check;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Answers prediction requests with the newest good version of a study's model.
 *
 * <pre>
 * prediction-requests ──────────────────────────→ predict ─→ predictions
 * model-updates ─┬─ (to every subtask) ─────────────↑  ↳ serving-events
 * serving-events ┘
 * </pre>
 *
 * Needs nothing of the study but its name; the model says what it is. Runs until it is stopped. How
 * far it is with the requests it also commits to Kafka, with every checkpoint, so that a job that
 * begins afresh goes on where the last one left off.
 */
public final class PredictionJob {
    private static final Duration RESTORE_PATIENCE = Duration.ofMinutes(5);

    /** Milliseconds that a request may lie in a buffer between source and operator. */
    private static final long BUFFER_MILLIS = 1;

    private PredictionJob() {}

    /**
     * What the job reads and writes.
     *
     * @param study name of the study
     * @param kafka the brokers
     * @param topics the topics, which must exist
     * @param start where it begins
     * @param how how it answers
     */
    public record Settings(
            String study, KafkaCluster kafka, Topics topics, PredictionStart start, How how) {
        public Settings {
            Check.notBlank("study", study);
        }
    }

    /**
     * How the job answers.
     *
     * @param bounds when requests are answered together
     * @param gate what a version has to pass
     * @param parallelism subtasks that answer, each with a model of its own
     */
    public record How(BatchBounds bounds, PromotionGate gate, int parallelism) {
        public How {
            Check.within(1, 1 << 15, "parallelism", parallelism);
        }
    }

    /**
     * Submits the job to the cluster it is handed to, with {@code flink run} or over REST.
     *
     * @param args STUDY [--kafka HOST:PORT] [--topic-prefix PREFIX] [--client-config FILE] [--batch
     *     N] [--latency 5ms] [--gate 10%|off] [--parallelism N] [--checkpoints URI]
     */
    public static void main(String[] args) throws Exception {
        PredictionArguments arguments = PredictionArguments.parse(args);
        PredictionTarget target = arguments.options().target();
        target.ensureTopics();
        StreamExecutionEnvironment env = target.environment(arguments.checkpoints());
        build(env, target.settings(arguments.options().how()));
        env.execute(name(target.study()));
    }

    /** Name of the job of a study. */
    public static String name(String study) {
        return "prediction of " + study;
    }

    /** Adds the job to an environment. */
    public static void build(StreamExecutionEnvironment env, Settings settings) {
        KafkaCluster kafka = settings.kafka();
        Topics topics = settings.topics();
        DataStream<ConsumedRecord> versions =
                source(env, versions(settings), "versions", 0)
                        .union(source(env, events(settings), "wanted", 0));
        int parallelism = settings.how().parallelism();
        SingleOutputStreamOperator<WireRecord> predictions =
                source(env, requests(settings), "prediction-requests", BUFFER_MILLIS)
                        .rebalance()
                        .connect(versions.broadcast())
                        .transform(
                                "predict",
                                WireRecordTypes.WIRE_RECORD,
                                new PredictionOperatorFactory(operator(settings)))
                        .uid("predict")
                        .setParallelism(parallelism);
        predictions
                .sinkTo(KafkaEdges.prompt(kafka, topics.predictions()))
                .name("predictions")
                .uid("predictions")
                .setParallelism(parallelism);
        predictions
                .getSideOutput(PredictionOperatorFactory.EVENTS)
                .sinkTo(KafkaEdges.prompt(kafka, topics.servingEvents()))
                .name("serving events")
                .uid("serving-events")
                .setParallelism(parallelism);
    }

    private static SingleOutputStreamOperator<ConsumedRecord> source(
            StreamExecutionEnvironment env,
            KafkaSource<ConsumedRecord> source,
            String name,
            long bufferMillis) {
        return env.fromSource(source, WatermarkStrategy.noWatermarks(), name)
                .uid(name)
                .setParallelism(1)
                .setBufferTimeout(bufferMillis);
    }

    private static KafkaSource<ConsumedRecord> requests(Settings settings) {
        return KafkaEdges.source(
                        settings.kafka(),
                        settings.topics().predictionRequests(),
                        settings.start().requests())
                .setProperty("isolation.level", "read_committed")
                .setGroupId(PredictionStart.group(settings.topics(), settings.study()))
                .setProperty("commit.offsets.on.checkpoint", "true")
                .build();
    }

    private static KafkaSource<ConsumedRecord> versions(Settings settings) {
        return KafkaEdges.source(settings.kafka(), settings.topics().modelUpdates(), Map.of())
                .setProperty("isolation.level", "read_committed")
                .build();
    }

    private static KafkaSource<ConsumedRecord> events(Settings settings) {
        return KafkaEdges.source(
                        settings.kafka(),
                        settings.topics().servingEvents(),
                        settings.start().events())
                .build();
    }

    private static PredictionSettings operator(Settings settings) {
        return new PredictionSettings(
                settings.study(),
                settings.how().bounds(),
                settings.how().gate(),
                settings.topics().servingEvents(),
                new KafkaAnswerLog.Settings(
                        settings.kafka().consumer(),
                        settings.topics().predictions(),
                        settings.study(),
                        settings.start().answers(),
                        RESTORE_PATIENCE));
    }
}
