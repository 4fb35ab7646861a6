package io.penstock;

import io.penstock.flink.DecodeFunction;
import io.penstock.flink.EndMarkedKafkaSource;
import io.penstock.flink.EndMarkers;
import io.penstock.flink.KafkaSampleLog;
import io.penstock.flink.ModelOutput;
import io.penstock.flink.OnlineTrainingOperatorFactory;
import io.penstock.flink.ShardAssigner;
import io.penstock.flink.TrainingSettings;
import io.penstock.flink.WireRecord;
import io.penstock.flink.WireRecordTypes;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.sample.Sample;
import io.penstock.sample.WireFormat;
import io.penstock.study.Study;
import io.penstock.training.StudySpec;
import io.penstock.training.TrainingSpec;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Trains a surrogate from the samples of an ensemble while they come in.
 *
 * <pre>
 * simulation-events → end markers → solver-outputs → decode → (by shard) train → training-reports
 *                                                      ↳ rejected-samples   ↳ model-updates
 * </pre>
 *
 * The job ends by itself: when ENSEMBLE_FINISHED is read, its mark is put behind the last sample of
 * every partition; the source ends there, which tells the shards that reception is over.
 */
public final class TrainingJob {
    private static final WireFormat FORMAT = WireFormat.singleObject();
    private static final Duration RESTORE_PATIENCE = Duration.ofSeconds(60);

    private TrainingJob() {}

    /**
     * What the job reads and writes.
     *
     * @param study the study
     * @param kafka the brokers
     * @param topics the topics, which must exist
     * @param outputPartitions partitions of solver-outputs
     * @param firstOutputs first offset read of each partition of solver-outputs; if empty, all
     * @param firstEvents first offset read of each partition of simulation-events; if empty, all
     * @param models where large model versions go
     */
    public record Settings(
            StudySpec study,
            KafkaCluster kafka,
            Topics topics,
            int outputPartitions,
            Map<Integer, Long> firstOutputs,
            Map<Integer, Long> firstEvents,
            ModelOutput models) {}

    /**
     * Submits the job to the cluster it is handed to, with {@code flink run} or over REST: it reads
     * the topics from their first record on.
     *
     * @param args STUDY.yaml [--kafka HOST:PORT] [--checkpoints URI] [--models URI]
     */
    public static void main(String[] args) throws Exception {
        Submission submission = Submission.of(args);
        Study study = submission.study();
        StreamExecutionEnvironment env = submission.environment();
        build(
                env,
                new Settings(
                        study.shardSpec(),
                        submission.kafka(),
                        study.topics(),
                        submission.outputPartitions(),
                        Map.of(),
                        Map.of(),
                        submission.models(env)));
        env.execute("training of " + study.name());
    }

    /** Adds the job to an environment. */
    public static void build(StreamExecutionEnvironment env, Settings settings) {
        StudySpec study = settings.study();
        Topics topics = settings.topics();
        int shards = study.training().shards();
        if (study.training().until() == TrainingSpec.Until.ENSEMBLE_FINISHED) {
            markTheEnd(env, settings);
        }

        SingleOutputStreamOperator<Sample> samples = samples(env, settings);
        samples.getSideOutput(DecodeFunction.REJECTED)
                .sinkTo(KafkaEdges.atLeastOnce(settings.kafka(), topics.rejectedSamples()))
                .name("rejected samples")
                .uid("rejected-samples")
                .setParallelism(1);

        int maxParallelism = ShardAssigner.maxParallelism(shards);
        SingleOutputStreamOperator<WireRecord> reports =
                samples.keyBy(new ShardAssigner(shards, maxParallelism), Types.INT)
                        .transform(
                                "train",
                                WireRecordTypes.WIRE_RECORD,
                                new OnlineTrainingOperatorFactory(training(settings)))
                        .uid("train")
                        .setParallelism(shards)
                        .setMaxParallelism(maxParallelism);
        reports.sinkTo(KafkaEdges.atLeastOnce(settings.kafka(), topics.trainingReports()))
                .name("training reports")
                .uid("training-reports")
                .setParallelism(1);
        String transactions = topics.modelUpdates() + "-" + study.sample().study();
        reports.getSideOutput(OnlineTrainingOperatorFactory.MODEL_UPDATES)
                .sinkTo(
                        KafkaEdges.exactlyOnce(
                                settings.kafka(), topics.modelUpdates(), transactions))
                .name("model updates")
                .uid("model-updates")
                .setParallelism(1);
    }

    private static void markTheEnd(StreamExecutionEnvironment env, Settings settings) {
        String study = settings.study().sample().study();
        EndMarkedKafkaSource events =
                new EndMarkedKafkaSource(
                        settings.kafka().consumer(),
                        settings.topics().simulationEvents(),
                        KafkaEdges.starting(
                                settings.topics().simulationEvents(), settings.firstEvents()),
                        study,
                        FORMAT,
                        EndMarkedKafkaSource.End.OF_READER);
        env.fromSource(events, WatermarkStrategy.noWatermarks(), "events")
                .uid("events")
                .setParallelism(1)
                .flatMap(new EndMarkers(study, FORMAT, settings.outputPartitions()))
                .returns(WireRecordTypes.WIRE_RECORD)
                .name("end markers")
                .uid("end-markers")
                .setParallelism(1)
                .sinkTo(KafkaEdges.atLeastOnce(settings.kafka(), settings.topics().solverOutputs()))
                .name("marked outputs")
                .uid("marked-outputs")
                .setParallelism(1);
    }

    private static SingleOutputStreamOperator<Sample> samples(
            StreamExecutionEnvironment env, Settings settings) {
        StudySpec study = settings.study();
        int parallelism = Math.min(settings.outputPartitions(), study.training().shards());
        String topic = settings.topics().solverOutputs();
        EndMarkedKafkaSource outputs =
                new EndMarkedKafkaSource(
                        settings.kafka().consumer(),
                        topic,
                        KafkaEdges.starting(topic, settings.firstOutputs()),
                        study.sample().study(),
                        FORMAT,
                        study.training().until() == TrainingSpec.Until.FOREVER
                                ? EndMarkedKafkaSource.End.NEVER
                                : EndMarkedKafkaSource.End.OF_PARTITION);
        return env.fromSource(outputs, WatermarkStrategy.noWatermarks(), "samples")
                .uid("samples")
                .setParallelism(parallelism)
                .process(new DecodeFunction(study.sample(), FORMAT))
                .name("decode")
                .uid("decode")
                .setParallelism(parallelism);
    }

    private static TrainingSettings training(Settings settings) {
        String topic = settings.topics().solverOutputs();
        return new TrainingSettings(
                settings.study(),
                topic,
                new KafkaSampleLog.Settings(
                        settings.kafka().consumer(),
                        topic,
                        settings.study().sample(),
                        FORMAT,
                        RESTORE_PATIENCE),
                settings.models());
    }
}
