package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.broker.EmbeddedKafka;
import io.penstock.broker.EmbeddedKafkaSettings;
import io.penstock.kafka.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands against a broker that is there, and one that is not. */
class PenstockITCase {
    private static final String STUDY =
            """
            study: external
            steps: 5
            time-step: 0.5
            parameters: []
            fields:
              - {name: u, shape: [3], min: 0, max: 1}
            kafka: {topic-prefix: it., partitions: %d}
            """;

    @TempDir Path folder;

    private String study(int partitions) throws IOException {
        return Files.writeString(folder.resolve("study.yaml"), STUDY.formatted(partitions))
                .toString();
    }

    @Test
    void topicsAreCreatedOnceAndWhatTheyLackIsReported() throws Exception {
        var settings = new EmbeddedKafkaSettings(folder.resolve("kafka"), 0, 1 << 20, false);
        try (EmbeddedKafka kafka = EmbeddedKafka.start(settings)) {
            String brokers = kafka.bootstrapServers();

            Invocation first = Invocation.of("topics", "create", study(2), "--kafka", brokers);
            assertThat(first.err()).isEmpty();
            assertThat(first.exitCode()).isZero();
            assertThat(first.out().lines())
                    .hasSameSizeAs(new Topics("it.").all())
                    .allMatch(line -> line.startsWith("created  it."))
                    .contains("created  it.solver-outputs");

            Invocation more = Invocation.of("topics", "create", study(3), "--kafka", brokers);
            assertThat(more.exitCode()).isEqualTo(1);
            assertThat(more.out()).contains("existed  it.solver-outputs");
            assertThat(more.err())
                    .isEqualTo(
                            "penstock: topic it.solver-outputs has too few partitions: 2, not 3\n");

            Invocation run =
                    Invocation.of("run", study(2), "--kafka", brokers, "--out", folder.toString());
            assertThat(run.exitCode()).isZero();
            assertThat(run.study().kafka().bootstrapServers()).isEqualTo(brokers);
        }
    }

    @Test
    void unreachableBrokerIsNamedInTime() throws Exception {
        String address = "127.0.0.1:" + unusedPort();
        long start = System.nanoTime();

        Invocation run =
                Invocation.of("run", study(1), "--kafka", address, "--out", folder.toString());

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("penstock: Kafka at \"" + address + "\" cannot be reached: no answer")
                .contains("is started inside the process");
        assertThat(run.isStarted()).isFalse();
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
