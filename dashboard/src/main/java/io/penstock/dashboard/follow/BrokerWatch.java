package io.penstock.dashboard.follow;

import io.penstock.kafka.TopicEnds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the broker once a second which topics there are and how far the samples go, without waiting
 * for the answer. Used by one thread.
 */
final class BrokerWatch implements AutoCloseable {
    private static final long EVERY_MILLIS = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    private final Admin admin;
    private final Collection<String> topics;
    private final String outputs;
    private final Clock clock;

    private final Map<String, TopicDescription> found = new HashMap<>();
    private long askedAt;
    private long answeredAt;
    private @Nullable Map<String, KafkaFuture<TopicDescription>> descriptions;
    private @Nullable KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> ends;
    private @Nullable String trouble;
    private double written = Double.NaN;

    /**
     * @param topics topics to look for
     * @param outputs that of the samples, one of them
     */
    BrokerWatch(Properties client, Collection<String> topics, String outputs, Clock clock) {
        Properties settings = new Properties();
        settings.putAll(client);
        String patience = Long.toString(PATIENCE.toMillis());
        settings.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, patience);
        settings.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, patience);
        this.admin = Admin.create(settings);
        this.topics = topics;
        this.outputs = outputs;
        this.clock = clock;
        this.answeredAt = clock.millis();
    }

    /** Asks when it is time to, and takes the answers that have come. Never waits. */
    void tick() {
        takeDescriptions();
        takeEnds();
        if (descriptions == null && ends == null && clock.millis() - askedAt >= EVERY_MILLIS) {
            askedAt = clock.millis();
            descriptions = admin.describeTopics(topics).topicNameValues();
        }
    }

    private void takeDescriptions() {
        if (descriptions == null || !descriptions.values().stream().allMatch(KafkaFuture::isDone)) {
            return;
        }
        Map<String, KafkaFuture<TopicDescription>> answers = descriptions;
        descriptions = null;
        for (Map.Entry<String, KafkaFuture<TopicDescription>> answer : answers.entrySet()) {
            try {
                found.put(answer.getKey(), answer.getValue().get());
                fresh();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    found.remove(answer.getKey());
                    fresh();
                } else {
                    stale(e.getCause());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        askEnds();
    }

    private void askEnds() {
        TopicDescription samples = found.get(outputs);
        if (samples != null && trouble == null) {
            ends = admin.listOffsets(TopicEnds.wanted(List.of(samples))).all();
        }
    }

    private void takeEnds() {
        if (ends == null || !ends.isDone()) {
            return;
        }
        try {
            written =
                    TopicEnds.byPartition(ends.get()).values().stream()
                            .mapToDouble(end -> end)
                            .sum();
        } catch (ExecutionException e) {
            // That the broker is away is told by the descriptions; a topic may be going.
            written = Double.NaN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ends = null;
    }

    private void fresh() {
        trouble = null;
        answeredAt = clock.millis();
    }

    private void stale(@Nullable Throwable cause) {
        trouble = String.valueOf(cause == null ? null : cause.getMessage());
    }

    /** Since when the broker does not answer, and why; null when it does. */
    @Nullable String stale() {
        return trouble == null
                ? null
                : "no answer since "
                        + TIME.format(Instant.ofEpochMilli(answeredAt))
                        + ": "
                        + trouble;
    }

    /** The topics that there are. */
    Map<String, TopicDescription> found() {
        return found;
    }

    /** Records ever written to the samples' topic; NaN when that is not known. */
    double written() {
        return written;
    }

    @Override
    public void close() {
        admin.close(Duration.ofMillis(500));
    }
}
