package io.penstock.cli;

import io.penstock.control.ControlAgent;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who carries out what Flink has to do. */
final class AgentOptions {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Option(
            names = "--flink",
            paramLabel = "HOST:PORT",
            description =
                    "The REST endpoint of the Flink cluster that the training runs on; without it"
                            + " an agent has to run elsewhere.")
    private @Nullable String flink;

    @Option(
            names = "--savepoints",
            paramLabel = "URI",
            description = "Folder of savepoints, instead of the cluster's own.")
    private @Nullable String savepoints;

    /** Requires the Flink to answer, if one is named. */
    void check() {
        if (flink == null && savepoints != null) {
            throw new UsageException("--savepoints is of use with --flink only");
        }
        if (flink != null) {
            Endpoints.requireFlink(flink, PATIENCE);
        }
    }

    /** An agent in this process; null if no Flink is named. */
    @Nullable ControlAgent start(KafkaCluster kafka, Topics topics) throws IOException {
        return flink == null
                ? null
                : ControlAgent.start(kafka, topics, URI.create("http://" + flink), savepoints);
    }
}
