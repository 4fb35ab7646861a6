package io.penstock.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class EmbeddedKafkaITCase {
    private static final int FOUR_MEGABYTES = 4 << 20;

    private final Path temp;

    EmbeddedKafkaITCase(@TempDir Path temp) {
        this.temp = temp;
    }

    @Test
    void servesRecordsUpToTheLimitItWasGiven() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(settings(0, false))) {
            createTopic(kafka, "a");
            produce(kafka, "a", new byte[FOUR_MEGABYTES - 1024]);

            assertThat(consume(kafka, "a")).singleElement().satisfies(EmbeddedKafkaITCase::isBig);
        }
    }

    @Test
    void transactionsWorkWithItsOneReplica() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(settings(0, false))) {
            createTopic(kafka, "a");
            Map<String, Object> config = producerConfig(kafka);
            config.put("transactional.id", "t");
            try (KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(
                            config, new ByteArraySerializer(), new ByteArraySerializer())) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("a", bytes("x"))).get();
                producer.commitTransaction();
            }

            assertThat(consume(kafka, "a")).containsExactly(bytes("x"));
        }
    }

    @Test
    void startedAgainOnItsFolderAndPortItHasItsRecords() throws Exception {
        int port;
        try (EmbeddedKafka first = EmbeddedKafka.start(settings(0, false))) {
            port = first.port();
            createTopic(first, "a");
            produce(first, "a", bytes("before"));
        }
        try (EmbeddedKafka second = EmbeddedKafka.start(settings(port, false))) {
            produce(second, "a", bytes("after"));

            assertThat(second.port()).isEqualTo(port);
            assertThat(consume(second, "a")).containsExactly(bytes("before"), bytes("after"));
        }
    }

    @Test
    void deletesItsFolderOnlyWhenToldSo() throws Exception {
        EmbeddedKafka.start(settings(0, false)).close();
        assertThat(temp.resolve("kafka/meta.properties")).exists();

        EmbeddedKafka.start(settings(0, true)).close();
        assertThat(temp.resolve("kafka")).doesNotExist();
    }

    @Test
    void twoBrokersLiveSideBySide() throws Exception {
        try (EmbeddedKafka one = EmbeddedKafka.start(settings(0, false));
                EmbeddedKafka two =
                        EmbeddedKafka.start(
                                new EmbeddedKafkaSettings(
                                        temp.resolve("other"), 0, FOUR_MEGABYTES, true))) {
            createTopic(one, "a");
            createTopic(two, "a");
            produce(one, "a", bytes("one"));
            produce(two, "a", bytes("two"));

            assertThat(consume(one, "a")).containsExactly(bytes("one"));
            assertThat(consume(two, "a")).containsExactly(bytes("two"));
        }
    }

    @Test
    void takenPortIsNamed() throws Exception {
        try (ServerSocket taken =
                new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            assertThatThrownBy(() -> EmbeddedKafka.start(settings(taken.getLocalPort(), false)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " of 127.0.0.1");
        }
    }

    @Test
    void folderInUseIsNamedAndItsBrokerGoesOn() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(settings(0, false))) {
            assertThat(kafka.port()).isPositive();
            assertThatThrownBy(() -> EmbeddedKafka.start(settings(0, false)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(temp.resolve("kafka") + " is used by another broker");
            createTopic(kafka, "a");
        }
    }

    private EmbeddedKafkaSettings settings(int port, boolean delete) {
        return new EmbeddedKafkaSettings(temp.resolve("kafka"), port, FOUR_MEGABYTES, delete);
    }

    private static void createTopic(EmbeddedKafka kafka, String topic) throws Exception {
        Properties client = new Properties();
        client.putAll(clientConfig(kafka));
        try (TopicAdmin admin = new TopicAdmin(client)) {
            admin.create(new NewTopic(topic, 1, (short) 1));
        }
    }

    private static void produce(EmbeddedKafka kafka, String topic, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        producerConfig(kafka),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, value)).get();
        }
    }

    private static List<byte[]> consume(EmbeddedKafka kafka, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        List<byte[]> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        clientConfig(kafka),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(read -> values.add(read.value()));
            }
        }
        return values;
    }

    private static Map<String, Object> producerConfig(EmbeddedKafka kafka) {
        Map<String, Object> config = clientConfig(kafka);
        config.put("max.request.size", FOUR_MEGABYTES);
        return config;
    }

    private static Map<String, Object> clientConfig(EmbeddedKafka kafka) {
        return new HashMap<>(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    private static void isBig(byte[] value) {
        assertThat(value).hasSize(FOUR_MEGABYTES - 1024);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
