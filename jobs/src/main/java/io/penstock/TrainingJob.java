package io.penstock;

import io.penstock.flink.DecodeFunction;
import io.penstock.flink.EndMark;
import io.penstock.flink.EndMarkedKafkaSource;
import io.penstock.flink.EndMarkers;
import io.penstock.flink.KafkaContributionLog;
import io.penstock.flink.KafkaSampleLog;
import io.penstock.flink.KafkaSharedLogs;
import io.penstock.flink.KafkaStateExchange;
import io.penstock.flink.KafkaTopicIdentity;
import io.penstock.flink.ModelOutput;
import io.penstock.flink.OnlineTrainingOperatorFactory;
import io.penstock.flink.ShardAssigner;
import io.penstock.flink.SharedLogDecoder;
import io.penstock.flink.SharedRecord;
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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Trains a surrogate from the samples of an ensemble while they come in.
 *
 * <pre>
 * simulation-events → end markers → solver-outputs → decode → (by shard) train → training-reports
 *                                                      ↳ rejected-samples ↑ ↳ model-updates
 *                                           (to every shard) shard-weights ↲ ↳ shard-weights
 *                                                      training-controls ↲ ↳ training-controls
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
     * @param firstContributions first offset read of shard-weights
     * @param firstControls first offset of training-controls that counts
     * @param run name of this submission, unlike that of any other
     * @param models where large model versions go
     */
    public record Settings(
            StudySpec study,
            KafkaCluster kafka,
            Topics topics,
            int outputPartitions,
            Map<Integer, Long> firstOutputs,
            Map<Integer, Long> firstEvents,
            long firstContributions,
            long firstControls,
            String run,
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
                        submission.endOf(study.topics().shardWeights()),
                        submission.endOf(study.topics().trainingControls()),
                        newRun(),
                        submission.models(env)));
        env.execute("training of " + study.name());
    }

    /** A name for a submission. */
    public static String newRun() {
        return UUID.randomUUID().toString();
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

        SingleOutputStreamOperator<WireRecord> reports =
                samples.keyBy(new ShardAssigner(shards), Types.INT)
                        .connect(sharedLogs(env, settings).broadcast())
                        .transform(
                                "train",
                                WireRecordTypes.WIRE_RECORD,
                                new OnlineTrainingOperatorFactory(training(settings)))
                        .uid("train")
                        .setParallelism(shards)
                        .setMaxParallelism(ShardAssigner.MAX_PARALLELISM);
        reports.getSideOutput(OnlineTrainingOperatorFactory.CONTRIBUTIONS)
                .sinkTo(KafkaEdges.atLeastOnce(settings.kafka(), topics.shardWeights()))
                .name("contributions")
                .uid("contributions")
                .setParallelism(shards);
        reports.getSideOutput(OnlineTrainingOperatorFactory.CONTROLS)
                .sinkTo(KafkaEdges.atLeastOnce(settings.kafka(), topics.trainingControls()))
                .name("controls taken")
                .uid("controls-taken")
                .setParallelism(shards);
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
                        List.of(settings.topics().simulationEvents()),
                        KafkaEdges.starting(
                                settings.topics().simulationEvents(), settings.firstEvents()),
                        EndMark.ensembleFinished(study, FORMAT),
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
                        List.of(topic),
                        KafkaEdges.starting(topic, settings.firstOutputs()),
                        EndMark.ensembleFinished(study.sample().study(), FORMAT),
                        study.training().until() == TrainingSpec.Until.FOREVER
                                ? EndMarkedKafkaSource.End.NEVER
                                : EndMarkedKafkaSource.End.OF_PARTITION);
        return env.fromSource(outputs, WatermarkStrategy.noWatermarks(), "samples")
                .uid("samples")
                .setParallelism(parallelism)
                .process(
                        new DecodeFunction(
                                study.sample(),
                                FORMAT,
                                new KafkaTopicIdentity(
                                        settings.kafka().properties(), topic, RESTORE_PATIENCE)))
                .name("decode")
                .uid("decode")
                .setParallelism(parallelism);
    }

    /**
     * What is said of the contributions to rounds, and of controls, as soon as it is in the logs.
     * One reader for both, which the one mark in shard-weights ends.
     */
    private static SingleOutputStreamOperator<SharedRecord> sharedLogs(
            StreamExecutionEnvironment env, Settings settings) {
        String study = settings.study().sample().study();
        String weights = settings.topics().shardWeights();
        String controls = settings.topics().trainingControls();
        EndMarkedKafkaSource log =
                new EndMarkedKafkaSource(
                        settings.kafka().consumer(),
                        List.of(weights, controls),
                        KafkaEdges.starting(
                                Map.of(
                                        weights,
                                        settings.firstContributions(),
                                        controls,
                                        settings.firstControls())),
                        EndMark.endOfRun(study, settings.run()),
                        EndMarkedKafkaSource.End.OF_READER);
        return env.fromSource(log, WatermarkStrategy.noWatermarks(), "shared logs")
                .uid("shard-weights")
                .setParallelism(1)
                .flatMap(new SharedLogDecoder(study, controls))
                .returns(SharedRecord.class)
                .name("logs told")
                .uid("contributions-told")
                .setParallelism(1)
                // Shards wait for these, and they are too few to fill a buffer.
                .setBufferTimeout(0);
    }

    private static TrainingSettings training(Settings settings) {
        KafkaCluster kafka = settings.kafka();
        String study = settings.study().sample().study();
        String outputs = settings.topics().solverOutputs();
        String weights = settings.topics().shardWeights();
        return new TrainingSettings(
                settings.study(),
                settings.run(),
                outputs,
                new TrainingSettings.Logs(
                        new KafkaSampleLog.Settings(
                                kafka.consumer(),
                                outputs,
                                settings.study().sample(),
                                FORMAT,
                                RESTORE_PATIENCE),
                        new KafkaContributionLog.Settings(
                                kafka.consumer(), weights, RESTORE_PATIENCE),
                        new KafkaStateExchange(
                                new KafkaStateExchange.Settings(
                                        kafka.producer(),
                                        kafka.consumer(),
                                        weights,
                                        settings.firstContributions(),
                                        RESTORE_PATIENCE),
                                study,
                                settings.run()),
                        new KafkaSharedLogs(
                                kafka.consumer(),
                                study,
                                new KafkaSharedLogs.Log(weights, settings.firstContributions()),
                                new KafkaSharedLogs.Log(
                                        settings.topics().trainingControls(),
                                        settings.firstControls()),
                                RESTORE_PATIENCE)),
                settings.models());
    }
}
