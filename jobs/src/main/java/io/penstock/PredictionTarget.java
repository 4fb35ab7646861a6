package io.penstock;

import io.penstock.broker.TopicAdmin;
import io.penstock.broker.TopicLayout;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.setting.Check;
import io.penstock.setting.InvalidSettingException;
import io.penstock.study.KafkaSettings;
import io.penstock.study.Study;
import io.penstock.study.StudyException;
import io.penstock.study.StudyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * A study whose model is served, and where its topics are.
 *
 * @param study name of the study
 * @param kafka the brokers
 * @param topics the topics
 * @param layout how topics that are missing are laid out
 */
public record PredictionTarget(
        String study, KafkaCluster kafka, Topics topics, TopicLayout layout) {
    /** Between two checkpoints: what has to be read again after a failure. */
    public static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(10);

    /** The defaults of a study file. */
    private static final int RECORD_BYTES = 16 << 20;

    /**
     * Finds out what a command line means.
     *
     * @param named a study file, a study that comes with Penstock, or just the name of a study
     * @param brokers brokers instead of the study's
     * @param prefix topic prefix instead of the study's
     * @param clientConfig properties of all Kafka clients instead of the study's
     * @throws InvalidSettingException if a value is not allowed
     * @throws StudyException if there is no such study file, or no brokers
     */
    static PredictionTarget of(
            String named,
            @Nullable String brokers,
            @Nullable String prefix,
            @Nullable Path clientConfig) {
        if (StudyFile.BUNDLED.contains(named)
                || Files.exists(Path.of(named))
                || named.matches(".*(\\.ya?ml|/.*)")) {
            Study study = StudyFile.find(named).study();
            return target(
                    study.name(),
                    settings(study.kafka(), brokers, prefix, clientConfig),
                    study.topicLayout());
        }
        Check.notBlank("study", named);
        KafkaSettings settings =
                new KafkaSettings(null, "", 1, (short) 1, RECORD_BYTES, clientConfig);
        return target(
                named,
                settings(settings, brokers, prefix, clientConfig),
                new TopicLayout(1, 1, (short) 1, RECORD_BYTES));
    }

    private static KafkaSettings settings(
            KafkaSettings study,
            @Nullable String brokers,
            @Nullable String prefix,
            @Nullable Path clientConfig) {
        return new KafkaSettings(
                brokers == null ? study.bootstrapServers() : brokers,
                prefix == null ? study.topicPrefix() : prefix,
                study.partitions(),
                study.replication(),
                study.maxRecordBytes(),
                clientConfig == null ? study.clientProperties() : clientConfig);
    }

    private static PredictionTarget target(
            String study, KafkaSettings settings, TopicLayout layout) {
        String servers = settings.bootstrapServers();
        if (servers == null) {
            throw new StudyException(
                    "study "
                            + study
                            + " names no brokers, and its model is on some; add --kafka HOST:PORT");
        }
        return new PredictionTarget(
                study,
                new KafkaCluster(servers, layout.maxMessageBytes(), settings.clientConfig()),
                new Topics(settings.topicPrefix()),
                layout);
    }

    /**
     * Makes sure that the topics are there. A study that has no topic of models has never been
     * trained, or its prefix is another: then none is made.
     *
     * @throws IOException if the brokers cannot be reached
     * @throws StudyException if there is no topic of models
     */
    public void ensureTopics() throws IOException {
        try (TopicAdmin admin = new TopicAdmin(kafka.properties())) {
            if (!admin.names().contains(topics.modelUpdates())) {
                throw new StudyException(
                        "there is no topic "
                                + topics.modelUpdates()
                                + " on "
                                + kafka.bootstrapServers()
                                + ", so no training has begun to publish the model of study "
                                + study
                                + " there; start one, or name the prefix of its topics with"
                                + " --topic-prefix");
            }
            // What existing topics lack is their owner's business: they have served the training.
            admin.ensure(topics, layout);
        }
    }

    /** The job's settings, with where it begins. */
    public PredictionJob.Settings settings(PredictionJob.How how) throws IOException {
        return new PredictionJob.Settings(
                study, kafka, topics, PredictionStart.find(kafka, topics, study), how);
    }

    /** An environment whose job runs on the cluster that the program was handed to. */
    StreamExecutionEnvironment environment(@Nullable String checkpoints) {
        ReadableConfig cluster =
                StreamExecutionEnvironment.getExecutionEnvironment().getConfiguration();
        String folder =
                checkpoints != null
                        ? checkpoints
                        : cluster.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY)
                                .orElseThrow(
                                        () ->
                                                new StudyException(
                                                        "the cluster has no "
                                                                + CheckpointingOptions
                                                                        .CHECKPOINTS_DIRECTORY
                                                                        .key()
                                                                + "; add --checkpoints URI to the"
                                                                + " program arguments"));
        return StreamExecutionEnvironment.getExecutionEnvironment(
                JobConfiguration.yielding(
                        cluster, JobConfiguration.of(folder, CHECKPOINT_INTERVAL)));
    }
}
