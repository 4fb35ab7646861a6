package io.penstock.run;

import io.penstock.JobConfiguration;
import io.penstock.broker.EmbeddedKafka;
import io.penstock.broker.EmbeddedKafkaSettings;
import io.penstock.broker.TopicAdmin;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.study.CheckpointSettings;
import io.penstock.study.EnsembleSettings;
import io.penstock.study.Study;
import io.penstock.surrogate.TorchThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker and the Flink that a run uses, started here where the study points to none. */
final class RunEnvironment implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunEnvironment.class);

    private final Study study;
    private final Path folder;
    private final @Nullable EmbeddedKafka broker;
    private final KafkaCluster kafka;
    private final Map<String, Map<Integer, Long>> ends;
    private final FlinkSession flink;

    private RunEnvironment(
            Study study,
            Path folder,
            @Nullable EmbeddedKafka broker,
            KafkaCluster kafka,
            FlinkSession flink)
            throws IOException {
        this.study = study;
        this.folder = folder;
        this.broker = broker;
        this.kafka = kafka;
        this.flink = flink;
        this.ends = prepareTopics();
    }

    /**
     * Starts what is needed.
     *
     * @param folder folder of the run, for what is started here
     * @param settings which Flink, and where one in this process shows its metrics
     * @throws IOException when a broker cannot be reached or started
     */
    static RunEnvironment start(Study study, Path folder, StudyRun.Settings settings)
            throws Exception {
        EmbeddedKafka broker = null;
        FlinkSession flink = null;
        try {
            int bytes = study.topicLayout().maxMessageBytes();
            String servers = study.kafka().bootstrapServers();
            if (servers == null) {
                broker =
                        EmbeddedKafka.start(
                                new EmbeddedKafkaSettings(folder.resolve("kafka"), 0, bytes, true));
                servers = broker.bootstrapServers();
            }
            KafkaCluster kafka = new KafkaCluster(servers, bytes, study.kafka().clientConfig());
            if (settings.flink().isEmpty()) {
                limitTorchThreads(study);
                flink =
                        FlinkSession.embedded(
                                slots(study),
                                folder.resolve("savepoints"),
                                settings.watching().metricsPort());
            } else {
                FlinkAddress address = settings.flink().get();
                flink = FlinkSession.remote(address.host(), address.port(), address.jars());
            }
            return new RunEnvironment(study, folder, broker, kafka, flink);
        } catch (Exception e) {
            closeQuietly(flink);
            closeQuietly(broker);
            throw e;
        }
    }

    /**
     * By default the tensor operations share the cores with whatever runs beside the training. A
     * number given to this process stays.
     */
    private static void limitTorchThreads(Study study) {
        if (study.training().torchThreads() == 0) {
            TorchThreads.shareAmong(slots(study));
        }
    }

    private static int slots(Study study) {
        EnsembleSettings ensemble = study.ensemble();
        if (ensemble == null) {
            return study.training().shards();
        }
        return study.training().shards() + (ensemble.solver() == null ? 1 : ensemble.concurrency());
    }

    private Map<String, Map<Integer, Long>> prepareTopics() throws IOException {
        Topics topics = study.topics();
        Map<String, Map<Integer, Long>> found = new HashMap<>();
        try (TopicAdmin admin = new TopicAdmin(kafka.properties())) {
            var ensured = admin.ensure(topics, study.topicLayout());
            if (!ensured.problems().isEmpty()) {
                throw new IOException(String.join("; ", ensured.problems()));
            }
            for (String topic : topics.all()) {
                found.put(topic, admin.endOffsets(topic));
            }
        }
        return found;
    }

    /** The brokers. */
    KafkaCluster kafka() {
        return kafka;
    }

    /** The Flink cluster. */
    FlinkSession flink() {
        return flink;
    }

    /** Whether the broker, and with it every record, goes when the run ends. */
    boolean isBrokerEmbedded() {
        return broker != null;
    }

    /**
     * Where the run begins in a topic, by partition. When it asks for the simulations it begins
     * with what will be sent then; what others produce unasked may have been sent before.
     */
    Map<Integer, Long> begin(String topic) {
        Map<Integer, Long> offsets = new HashMap<>(ends.getOrDefault(topic, Map.of()));
        Topics topics = study.topics();
        boolean produced =
                topic.equals(topics.solverOutputs()) || topic.equals(topics.simulationEvents());
        if (produced && study.requestPlan().isEmpty()) {
            offsets.replaceAll((partition, end) -> 0L);
        }
        return offsets;
    }

    /** An environment for a job of this run. */
    StreamExecutionEnvironment job(String name) {
        CheckpointSettings settings = study.checkpoints();
        String root =
                settings.folder() == null
                        ? folder.resolve("checkpoints").toUri().toString()
                        : settings.folder();
        Configuration configuration = JobConfiguration.of(root + "/" + name, settings.interval());
        configuration.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, settings.timeout());
        configuration.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, settings.keep());
        return flink.environment(configuration);
    }

    /** Stops what was started here. What the run found does not depend on how well that goes. */
    @Override
    public void close() {
        closeQuietly(flink);
        closeQuietly(broker);
    }

    private static void closeQuietly(@Nullable AutoCloseable part) {
        if (part == null) {
            return;
        }
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
        }
    }
}
