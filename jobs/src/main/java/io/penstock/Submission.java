package io.penstock;

import io.penstock.broker.TopicAdmin;
import io.penstock.flink.ModelOutput;
import io.penstock.kafka.KafkaCluster;
import io.penstock.setting.InvalidSettingException;
import io.penstock.study.CheckpointSettings;
import io.penstock.study.MemoryNeed;
import io.penstock.study.Study;
import io.penstock.study.StudyException;
import io.penstock.study.StudyFile;
import java.io.IOException;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * A study that is submitted to a Flink cluster, with {@code flink run} or over REST. Unlike a run
 * from the command line it starts nothing, follows nothing and begins at the first record of the
 * topics.
 *
 * <p>Where a setting may stand in several places: the program arguments come first, then the study
 * file, then the cluster's configuration and {@code -D}.
 */
final class Submission {
    private final StudyFile file;
    private final Study study;
    private final KafkaCluster kafka;
    private final @Nullable String checkpoints;
    private final @Nullable String models;

    private Submission(
            StudyFile file,
            Study study,
            KafkaCluster kafka,
            @Nullable String checkpoints,
            @Nullable String models) {
        this.file = file;
        this.study = study;
        this.kafka = kafka;
        this.checkpoints = checkpoints;
        this.models = models;
    }

    /**
     * Reads the study that program arguments name, and makes sure that its topics exist.
     *
     * @throws IllegalArgumentException if the arguments cannot be understood
     * @throws StudyException if the study is not good, or names no brokers
     * @throws IOException if the brokers cannot be reached or the topics are not as the study needs
     *     them
     */
    static Submission of(String... args) throws IOException {
        JobArguments arguments = JobArguments.parse(args);
        StudyFile file = StudyFile.find(arguments.study());
        Study study = withBrokers(file, arguments.kafka());
        Submission submission =
                new Submission(
                        file,
                        study,
                        brokers(file, study),
                        first(arguments.checkpoints(), study.checkpoints().folder()),
                        first(arguments.models(), study.output().models()));
        submission.ensureTopics();
        return submission;
    }

    private static Study withBrokers(StudyFile file, @Nullable String servers) {
        try {
            return servers == null ? file.study() : file.study().withBootstrapServers(servers);
        } catch (InvalidSettingException e) {
            throw new StudyException("--kafka: " + e.getMessage(), e);
        }
    }

    private static KafkaCluster brokers(StudyFile file, Study study) {
        String servers = study.kafka().bootstrapServers();
        if (servers == null) {
            throw new StudyException(
                    file.name()
                            + ": kafka.bootstrap-servers is missing, and a job on a cluster has no"
                            + " brokers of its own; set it, or add --kafka HOST:PORT to the program"
                            + " arguments");
        }
        int bytes = study.topicLayout().maxMessageBytes();
        try {
            return new KafkaCluster(servers, bytes, study.kafka().clientConfig());
        } catch (InvalidSettingException e) {
            throw file.invalid(
                    new InvalidSettingException("kafka." + e.key(), e.value(), e.allowed()));
        }
    }

    private static @Nullable String first(@Nullable String argument, @Nullable String otherwise) {
        return argument == null ? otherwise : argument;
    }

    private void ensureTopics() throws IOException {
        try (TopicAdmin admin = new TopicAdmin(kafka.properties())) {
            var ensured = admin.ensure(study.topics(), study.topicLayout());
            if (!ensured.problems().isEmpty()) {
                throw new IOException(String.join("; ", ensured.problems()));
            }
        }
    }

    /** The study. */
    Study study() {
        return study;
    }

    /** The brokers. */
    KafkaCluster kafka() {
        return kafka;
    }

    /** Number of partitions that solver-outputs has. */
    int outputPartitions() throws IOException {
        try (TopicAdmin admin = new TopicAdmin(kafka.properties())) {
            return admin.partitions(study.topics().solverOutputs());
        }
    }

    /**
     * Where a topic of one partition ends now. What lies before in shard-weights and
     * training-controls is no business of this submission.
     */
    long endOf(String topic) throws IOException {
        try (TopicAdmin admin = new TopicAdmin(kafka.properties())) {
            return admin.endOffsets(topic).getOrDefault(0, 0L);
        }
    }

    /** An environment whose job runs on the cluster that the program was handed to. */
    StreamExecutionEnvironment environment() {
        ReadableConfig cluster =
                StreamExecutionEnvironment.getExecutionEnvironment().getConfiguration();
        CheckpointSettings settings = study.checkpoints();
        Configuration ours =
                JobConfiguration.yielding(
                        cluster,
                        JobConfiguration.of(checkpointFolder(cluster), settings.interval()));
        ours.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, settings.timeout());
        ours.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, settings.keep());
        return StreamExecutionEnvironment.getExecutionEnvironment(ours);
    }

    private String checkpointFolder(ReadableConfig cluster) {
        String folder =
                first(
                        checkpoints,
                        cluster.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY)
                                .orElse(null));
        if (folder == null) {
            throw new StudyException(
                    file.name()
                            + ": checkpoints.folder is missing, and neither the cluster nor -D has"
                            + " "
                            + CheckpointingOptions.CHECKPOINTS_DIRECTORY.key()
                            + "; name a folder that every machine of the cluster can write to, or"
                            + " add --checkpoints URI to the program arguments");
        }
        return folder;
    }

    /**
     * Where large model versions go.
     *
     * @throws StudyException if the model does not fit into a record and no place is named
     */
    ModelOutput models(StreamExecutionEnvironment env) {
        long bytes = MemoryNeed.weights(study);
        if (models == null && bytes >= ModelOutput.INLINE_BYTES) {
            throw new StudyException(
                    file.name()
                            + ": output.models is missing; the weights have "
                            + bytes
                            + " bytes, and from "
                            + ModelOutput.INLINE_BYTES
                            + " on they do not travel in model-updates; name a folder that every"
                            + " machine of the cluster can write to, or add --models URI to the"
                            + " program arguments");
        }
        String uri = models == null ? checkpointFolder(env.getConfiguration()) + "/models" : models;
        return new ModelOutput(uri, study.output().keepModels());
    }
}
