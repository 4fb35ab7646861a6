package io.penstock.cli;

import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.schemas.ServingEvent;
import io.penstock.schemas.ServingEventKind;
import io.penstock.serving.ServingControl;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Tells the prediction job of a study what is wanted of it, and hears what comes of it. */
final class ServingWish {
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** Subtasks answer on their own; those that follow the first within this time are heard. */
    private static final Duration OTHERS = Duration.ofSeconds(1);

    private final KafkaCluster kafka;
    private final Topics topics;
    private final String study;

    /** Who asks: a name like no other, by which the answers are known. */
    private final String by =
            System.getProperty("user.name") + ", penstock models " + UUID.randomUUID();

    ServingWish(KafkaCluster kafka, Topics topics, String study) {
        this.kafka = kafka;
        this.topics = topics;
        this.study = study;
    }

    /** Sends what is wanted. */
    @FunctionalInterface
    interface Sending {
        void send(ServingControl control, String by) throws IOException;
    }

    /**
     * Sends it and waits for the answers.
     *
     * @return a line for each subtask that answered
     * @throws IOException if it was refused, or nobody answered in time
     */
    List<String> carryOut(Sending sending, Duration limit)
            throws IOException, InterruptedException {
        TopicReader reader = new TopicReader(kafka);
        List<ServingEvent> answers = new ArrayList<>();
        hear(reader, answers);
        try (ServingControl control = new ServingControl(kafka, topics)) {
            sending.send(control, by);
        }
        long deadline = System.nanoTime() + limit.toNanos();
        while (answers.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "it was sent to "
                                + topics.servingEvents()
                                + ", but nobody answered within "
                                + limit.toSeconds()
                                + " s; does a prediction job of "
                                + study
                                + " run? It will see it when it does");
            }
            Thread.sleep(PAUSE.toMillis());
            hear(reader, answers);
        }
        Thread.sleep(OTHERS.toMillis());
        hear(reader, answers);
        return lines(answers);
    }

    private void hear(TopicReader reader, List<ServingEvent> answers) throws IOException {
        reader.read(
                topics.servingEvents(),
                ServingEvent.getDecoder(),
                (event, at) -> {
                    String reason = event.getReason();
                    if (event.getStudy().equals(study) && reason != null && reason.contains(by)) {
                        answers.add(event);
                    }
                });
    }

    private static List<String> lines(List<ServingEvent> answers) throws IOException {
        List<String> lines = new ArrayList<>();
        for (ServingEvent answer : answers) {
            if (answer.getKind() == ServingEventKind.REFUSED) {
                throw new IOException(
                        "subtask " + answer.getSubtask() + " refused: " + answer.getReason());
            }
            lines.add("subtask " + answer.getSubtask() + " serves version " + answer.getVersion());
        }
        return lines;
    }
}
