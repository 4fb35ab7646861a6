package io.penstock.cli;

import io.penstock.broker.TopicAdmin;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.setting.InvalidSettingException;
import io.penstock.study.KafkaSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which brokers and topics a command looks at that is given no study file. */
final class KafkaOptions {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_RECORD_BYTES = 16 << 20;

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            required = true,
            description = "The Kafka brokers.")
    private String kafka = "";

    @Option(
            names = "--topic-prefix",
            paramLabel = "PREFIX",
            description = "What stands before the name of each topic; nothing by default.")
    private String prefix = "";

    @Option(
            names = "--client-config",
            paramLabel = "FILE",
            description = "File with further settings of Kafka clients, such as security.")
    private @Nullable Path clientConfig;

    /** Names of the topics. */
    Topics topics() {
        return new Topics(prefix);
    }

    /**
     * The brokers, which answered, and the topics asked for, which are there.
     *
     * @throws UsageException if they are not, or an option is at fault
     */
    KafkaCluster require(String... topics) throws IOException {
        KafkaCluster cluster = cluster();
        Endpoints.requireKafka(cluster.properties(), PATIENCE);
        try (TopicAdmin admin = new TopicAdmin(cluster.properties())) {
            Set<String> present = admin.names();
            List<String> missing =
                    Arrays.stream(topics).filter(topic -> !present.contains(topic)).toList();
            if (!missing.isEmpty()) {
                throw new UsageException(
                        "Kafka at \""
                                + kafka
                                + "\" has no topic "
                                + String.join(", ", missing)
                                + "; was another --topic-prefix meant, or did nothing run there"
                                + " yet?");
            }
        }
        return cluster;
    }

    private KafkaCluster cluster() {
        try {
            KafkaSettings settings =
                    new KafkaSettings(kafka, prefix, 1, (short) 1, MAX_RECORD_BYTES, clientConfig);
            return new KafkaCluster(kafka, MAX_RECORD_BYTES, settings.clientConfig());
        } catch (InvalidSettingException e) {
            throw UsageException.of(e);
        }
    }
}
