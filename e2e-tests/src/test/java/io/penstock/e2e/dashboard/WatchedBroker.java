package io.penstock.e2e.dashboard;

import io.penstock.broker.EmbeddedKafka;
import io.penstock.broker.EmbeddedKafkaSettings;
import io.penstock.broker.TopicAdmin;
import io.penstock.broker.TopicLayout;
import io.penstock.dashboard.Dashboard;
import io.penstock.dashboard.DashboardSettings;
import io.penstock.dashboard.DashboardSettings.Address;
import io.penstock.dashboard.DashboardSettings.Feed;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker, what writes to it, and a dashboard that reads from it. */
final class WatchedBroker implements AutoCloseable {
    private static final int MAX_RECORD_BYTES = 1 << 20;
    private static final TopicLayout LAYOUT = new TopicLayout(2, 1, (short) 1, MAX_RECORD_BYTES);

    final Topics topics = new Topics("t-");
    final KafkaCluster kafka;
    private final Path folder;
    private EmbeddedKafka broker;
    private KafkaProducer<byte[], byte[]> producer;

    WatchedBroker(Path folder) throws IOException {
        this.folder = folder;
        broker = start(0);
        kafka =
                new KafkaCluster(
                        broker.bootstrapServers(), LAYOUT.maxMessageBytes(), new Properties());
        producer = producer();
    }

    private EmbeddedKafka start(int port) throws IOException {
        return EmbeddedKafka.start(
                new EmbeddedKafkaSettings(folder, port, LAYOUT.maxMessageBytes(), false));
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Properties settings = kafka.producer();
        settings.put("linger.ms", "20");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    void createTopics() throws IOException {
        try (TopicAdmin admin = new TopicAdmin(kafka.properties())) {
            admin.ensure(topics, LAYOUT);
        }
    }

    void deleteTopic(String topic) throws Exception {
        try (Admin admin = Admin.create(kafka.properties())) {
            admin.deleteTopics(List.of(topic)).all().get();
        }
    }

    Dashboard dashboard() throws IOException {
        return Dashboard.start(
                new DashboardSettings(
                        Address.anyPort(), new Feed(kafka, topics), null, false, null));
    }

    /** Sends a record; it is there after {@link #flush}. */
    void send(String topic, String key, byte[] value) {
        var unused =
                producer.send(
                        new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
    }

    void flush() {
        producer.flush();
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        return copy;
    }

    void stop() throws IOException {
        producer.close();
        broker.close();
    }

    /** On the same port, with the same records. */
    void startAgain() throws IOException {
        broker = start(broker.port());
        producer = producer();
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
