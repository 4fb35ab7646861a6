package io.penstock.e2e.page;

import io.penstock.broker.EmbeddedKafka;
import io.penstock.broker.EmbeddedKafkaSettings;
import io.penstock.broker.TopicAdmin;
import io.penstock.broker.TopicLayout;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteBufferSerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A broker with a topic of each kind that can be restarted, and somebody who sends to it. */
final class WatchedKafka implements AutoCloseable {
    private static final int MAX_RECORD_BYTES = 2 << 20;
    private static final TopicLayout LAYOUT = new TopicLayout(1, 1, (short) 1, MAX_RECORD_BYTES);

    final Topics topics = new Topics("");
    final KafkaCluster cluster;
    private final Path folder;
    private EmbeddedKafka broker;
    private final KafkaProducer<String, ByteBuffer> producer;

    WatchedKafka(Path folder) throws IOException {
        this.folder = folder;
        broker = start(0);
        cluster =
                new KafkaCluster(
                        broker.bootstrapServers(), LAYOUT.maxMessageBytes(), new Properties());
        create(topics);
        Properties settings = cluster.producer();
        settings.setProperty("linger.ms", "5");
        settings.setProperty("compression.type", "lz4");
        producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteBufferSerializer());
    }

    /** Creates the topics of a study. */
    void create(Topics names) throws IOException {
        try (TopicAdmin admin = new TopicAdmin(cluster.properties())) {
            admin.ensure(names, LAYOUT);
        }
    }

    private EmbeddedKafka start(int port) throws IOException {
        return EmbeddedKafka.start(
                new EmbeddedKafkaSettings(folder, port, 4 * MAX_RECORD_BYTES, false));
    }

    /** Sends a record; {@link #flush()} waits for all of them. */
    void send(String topic, String key, ByteBuffer value) {
        producer.send(new ProducerRecord<>(topic, key, value));
    }

    /** Sends what is no record of ours. */
    void sendGarbage(String topic) {
        send(topic, "?", ByteBuffer.wrap("no record".getBytes(StandardCharsets.UTF_8)));
    }

    void flush() {
        producer.flush();
    }

    void stop() throws IOException {
        broker.close();
    }

    /** Starts it again where it was. */
    void startAgain() throws IOException {
        broker = start(broker.port());
    }

    @Override
    public void close() throws IOException {
        producer.close();
        broker.close();
    }
}
