package io.penstock.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.broker.EmbeddedKafka;
import io.penstock.broker.EmbeddedKafkaSettings;
import io.penstock.broker.TopicAdmin;
import io.penstock.broker.TopicLayout;
import io.penstock.flink.KafkaReplay;
import io.penstock.kafka.Topics;
import io.penstock.schemas.ServingEvent;
import io.penstock.schemas.ServingEventKind;
import io.penstock.serving.ServingRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wanted of a prediction job, and its answers as it words them, over a real broker. */
class ServingWishITCase {
    private static final Topics TOPICS = new Topics("");

    @TempDir static Path folder;

    private static EmbeddedKafka kafka;
    private static final Properties client = new Properties();

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(new EmbeddedKafkaSettings(folder, 0, 4 << 20, false));
        client.setProperty("bootstrap.servers", kafka.bootstrapServers());
        try (TopicAdmin admin = new TopicAdmin(client)) {
            admin.ensure(TOPICS, new TopicLayout(1, 1, (short) 1, 1 << 20));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        kafka.close();
    }

    private static List<ServingEvent> events(String study) throws IOException {
        List<ServingEvent> events = new ArrayList<>();
        KafkaReplay.toEnd(
                client,
                TOPICS.servingEvents(),
                Map.of(),
                Duration.ofSeconds(30),
                record -> {
                    try {
                        events.add(ServingEvent.getDecoder().decode(record.value()));
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
        events.removeIf(event -> !event.getStudy().equals(study));
        return events;
    }

    /** Answers the first wish for a study as its job does. */
    private static CompletableFuture<ServingEvent> answer(
            String study, ServingEventKind kind, String words) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (KafkaProducer<byte[], byte[]> producer =
                            new KafkaProducer<>(
                                    client, new ByteArraySerializer(), new ByteArraySerializer())) {
                        List<ServingEvent> wishes = events(study);
                        while (wishes.isEmpty()) {
                            LockSupport.parkNanos(50_000_000);
                            wishes = events(study);
                        }
                        ServingEvent wish = wishes.get(0);
                        ServingEvent answer =
                                ServingEvent.newBuilder(wish)
                                        .setKind(kind)
                                        .setVersion(4)
                                        .setSubtask(0)
                                        .setReason(words.formatted(wish.getBy()))
                                        .setBy("prediction of " + study)
                                        .build();
                        producer.send(
                                new ProducerRecord<>(
                                        TOPICS.servingEvents(),
                                        study.getBytes(UTF_8),
                                        ServingRecords.encode(answer)));
                        return wish;
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private static Invocation on(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--kafka", kafka.bootstrapServers()));
        return Invocation.of(all.toArray(String[]::new));
    }

    @Test
    void rollbackIsOverWhenTheVersionIsServed() throws Exception {
        var wish = answer("back", ServingEventKind.SERVED, "rollback asked for by %s");
        Invocation rollback = on("models", "rollback", "back", "--to", "4");

        assertThat(rollback.err()).isEmpty();
        assertThat(rollback.exitCode()).isZero();
        assertThat(rollback.out()).isEqualTo("subtask 0 serves version 4\n");
        ServingEvent asked = wish.get(1, TimeUnit.MINUTES);
        assertThat(asked.getKind()).isEqualTo(ServingEventKind.ROLLBACK);
        assertThat(asked.getVersion()).isEqualTo(4);
        assertThat(asked.getBy()).startsWith(System.getProperty("user.name"));
    }

    @Test
    void refusedRollbackFailsWithTheReason() {
        var wish =
                answer(
                        "refused",
                        ServingEventKind.REFUSED,
                        "rollback asked for by %s: version 9 is not kept; kept: [4, 5]");
        Invocation rollback = on("models", "rollback", "refused");

        assertThat(rollback.exitCode()).isEqualTo(1);
        assertThat(rollback.err())
                .startsWith("penstock: subtask 0 refused: rollback asked for by ")
                .contains("version 9 is not kept; kept: [4, 5]");
        assertThat(wish.join().getVersion()).as("the one before the served one").isEqualTo(-1);
    }

    @Test
    void followIsOverWhenANewerVersionIsServed() {
        var wish = answer("follow", ServingEventKind.SERVED, "follow asked for by %s");
        Invocation follow = on("models", "follow", "follow");

        assertThat(follow.exitCode()).as(follow.err()).isZero();
        assertThat(wish.join().getKind()).isEqualTo(ServingEventKind.FOLLOW);
    }

    @Test
    void silenceIsNotTakenForAnAnswer() {
        Invocation follow = on("models", "follow", "nobody", "--timeout", "1s");

        assertThat(follow.exitCode()).isEqualTo(1);
        assertThat(follow.err())
                .contains("sent to serving-events, but nobody answered within 1 s")
                .contains("does a prediction job of nobody run?");
        Invocation wrong = on("models", "rollback", "nobody", "--timeout", "soon");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("--timeout: soon is not allowed");
    }
}
