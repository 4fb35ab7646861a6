package io.penstock.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.kafka.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TopicAdminITCase {
    private static final Topics TOPICS = new Topics("heat.");
    private static final TopicLayout LAYOUT = new TopicLayout(3, 2, (short) 1, 8 << 20);

    private final Path temp;

    TopicAdminITCase(@TempDir Path temp) {
        this.temp = temp;
    }

    @Test
    void createsEveryTopicWithItsPartitionsLimitAndCleanup() throws Exception {
        try (EmbeddedKafka kafka = start();
                TopicAdmin topics = new TopicAdmin(client(kafka))) {
            TopicAdmin.Ensured ensured = topics.ensure(TOPICS, LAYOUT);

            assertThat(ensured.created()).containsExactlyElementsOf(TOPICS.all());
            assertThat(ensured.problems()).isEmpty();
            assertThat(topics.partitions("heat.solver-outputs")).isEqualTo(3);
            assertThat(topics.partitions("heat.simulation-requests")).isEqualTo(2);
            assertThat(topics.partitions("heat.simulation-events")).isEqualTo(1);
            assertThat(setting(kafka, "heat.model-updates", "cleanup.policy")).isEqualTo("compact");
            assertThat(setting(kafka, "heat.solver-outputs", "cleanup.policy")).isEqualTo("delete");
            assertThat(setting(kafka, "heat.rejected-samples", "max.message.bytes"))
                    .isEqualTo(Integer.toString((8 << 20) + (64 << 10)));
        }
    }

    @Test
    void leavesExistingTopicsAloneAndSaysWhatTheyLack() throws Exception {
        try (EmbeddedKafka kafka = start();
                TopicAdmin topics = new TopicAdmin(client(kafka))) {
            create(kafka, new NewTopic("heat.solver-outputs", 1, (short) 1));

            TopicAdmin.Ensured ensured = topics.ensure(TOPICS, LAYOUT);

            assertThat(ensured.created())
                    .hasSize(TOPICS.all().size() - 1)
                    .doesNotContain("heat.solver-outputs");
            assertThat(ensured.problems())
                    .containsExactly(
                            "topic heat.solver-outputs has max.message.bytes 1048576, below the "
                                    + "8454144 that the study's largest record needs",
                            "topic heat.solver-outputs has too few partitions: 1, not 3");
            assertThat(topics.partitions("heat.solver-outputs")).isEqualTo(1);
        }
    }

    @Test
    void secondTimeFindsNothingToDo() throws Exception {
        try (EmbeddedKafka kafka = start();
                TopicAdmin topics = new TopicAdmin(client(kafka))) {
            topics.ensure(TOPICS, LAYOUT);

            assertThat(topics.ensure(TOPICS, LAYOUT))
                    .isEqualTo(new TopicAdmin.Ensured(List.of(), List.of()));
        }
    }

    @Test
    void endOffsetsCountTheRecordsOfEachPartition() throws Exception {
        try (EmbeddedKafka kafka = start();
                TopicAdmin topics = new TopicAdmin(client(kafka))) {
            topics.ensure(TOPICS, LAYOUT);
            try (KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(
                            client(kafka), new ByteArraySerializer(), new ByteArraySerializer())) {
                for (int record = 0; record < 5; record++) {
                    producer.send(new ProducerRecord<>("heat.solver-outputs", 2, null, new byte[1]))
                            .get();
                }
            }

            assertThat(topics.endOffsets("heat.solver-outputs"))
                    .isEqualTo(Map.of(0, 0L, 1, 0L, 2, 5L));
        }
    }

    @Test
    void missingTopicIsNamed() throws Exception {
        try (EmbeddedKafka kafka = start();
                TopicAdmin topics = new TopicAdmin(client(kafka))) {
            assertThatThrownBy(() -> topics.endOffsets("nowhere"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nowhere")
                    .hasMessageContaining(kafka.bootstrapServers());
        }
    }

    @Test
    void brokerThatIsNotThereIsNamedWithinTheBound() throws Exception {
        int free;
        try (ServerSocket probe =
                new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            free = probe.getLocalPort();
        }
        assertUnreachable("127.0.0.1:" + free);
    }

    @Test
    void brokerThatNeverAnswersIsNamedWithinTheBound() throws Exception {
        try (ServerSocket mute =
                new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            assertUnreachable("127.0.0.1:" + mute.getLocalPort());
        }
    }

    @Test
    void addressThatCannotBeResolvedIsNamed() {
        assertThatThrownBy(() -> new TopicAdmin(client("no-such-host.invalid:9092")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-host.invalid:9092");
    }

    private static void assertUnreachable(String address) throws IOException {
        Duration limit = Duration.ofSeconds(2);
        long start = System.nanoTime();
        try (TopicAdmin topics = new TopicAdmin(client(address), limit)) {
            assertThatThrownBy(() -> topics.ensure(TOPICS, LAYOUT))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("heat.solver-outputs")
                    .hasMessageContaining("Kafka at \"" + address + "\"");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(limit.plus(Duration.ofSeconds(3)));
    }

    private EmbeddedKafka start() throws IOException {
        return EmbeddedKafka.start(
                new EmbeddedKafkaSettings(temp.resolve("kafka"), 0, 1 << 20, false));
    }

    private static void create(EmbeddedKafka kafka, NewTopic topic) throws Exception {
        try (Admin admin = Admin.create(client(kafka))) {
            admin.createTopics(List.of(topic)).all().get();
        }
    }

    private static String setting(EmbeddedKafka kafka, String topic, String name) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = Admin.create(client(kafka))) {
            Map<ConfigResource, Config> all = admin.describeConfigs(List.of(resource)).all().get();
            return all.values().iterator().next().get(name).value();
        }
    }

    private static Properties client(EmbeddedKafka kafka) {
        return client(kafka.bootstrapServers());
    }

    private static Properties client(String bootstrapServers) {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", bootstrapServers);
        return properties;
    }
}
