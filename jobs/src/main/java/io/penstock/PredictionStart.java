package io.penstock;

import io.penstock.flink.KafkaReplay;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.sample.SingleObjectReader;
import io.penstock.schemas.ServingEvent;
import io.penstock.schemas.ServingEventKind;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a prediction job that begins afresh begins.
 *
 * <p>Requests: where the last job of the study committed that it was, else at the first there is;
 * at that too as long as no job has ever served a version, since what such a job has read waits in
 * its state, which is gone with it. Answers: those that were given since the oldest of these
 * requests was sent may belong to them; a margin allows for the clocks of those who ask. What
 * somebody wanted of versions before is not wanted of this job.
 *
 * @param requests first offset read of each partition of the requests
 * @param answers first offset read of each partition of the answers
 * @param events first offset read of each partition of the events
 */
public record PredictionStart(
        Map<Integer, Long> requests, Map<Integer, Long> answers, Map<Integer, Long> events) {
    private static final Logger LOG = LoggerFactory.getLogger(PredictionStart.class);

    /** How far behind the clock of one who asks, or of one who answers, may be. */
    private static final Duration CLOCK_MARGIN = Duration.ofMinutes(10);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(100);

    public PredictionStart {
        requests = Map.copyOf(requests);
        answers = Map.copyOf(answers);
        events = Map.copyOf(events);
    }

    /** Consumer group that a study's prediction job commits its progress for. */
    static String group(Topics topics, String study) {
        return topics.prefix() + "serving-" + study;
    }

    /**
     * Looks where to begin.
     *
     * @throws IOException when the brokers do not say
     */
    public static PredictionStart find(KafkaCluster kafka, Topics topics, String study)
            throws IOException {
        Properties client = kafka.consumer();
        client.put(ConsumerConfig.GROUP_ID_CONFIG, group(topics, study));
        client.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        client.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(PATIENCE.toMillis()));
        // One record is enough to know when it was sent.
        client.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> asked = partitions(consumer, topics.predictionRequests());
            List<TopicPartition> said = partitions(consumer, topics.servingEvents());
            boolean isFirst =
                    isWhole(consumer.beginningOffsets(said))
                            && !hasServed(kafka, topics.servingEvents(), study);
            Map<TopicPartition, Long> requests =
                    isFirst ? consumer.beginningOffsets(asked) : committed(consumer, asked);
            Long sent = oldest(consumer, requests);
            return new PredictionStart(
                    byNumber(requests),
                    byNumber(since(consumer, partitions(consumer, topics.predictions()), sent)),
                    byNumber(consumer.endOffsets(said)));
        } catch (KafkaException e) {
            throw new IOException(
                    "cannot find where the predictions of study %s left off: Kafka at \"%s\": %s"
                            .formatted(study, kafka.bootstrapServers(), e),
                    e);
        }
    }

    private static List<TopicPartition> partitions(
            KafkaConsumer<byte[], byte[]> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    private static Map<Integer, Long> byNumber(Map<TopicPartition, Long> offsets) {
        Map<Integer, Long> numbers = new HashMap<>();
        offsets.forEach((partition, offset) -> numbers.put(partition.partition(), offset));
        return numbers;
    }

    /** Whether retention has removed nothing yet, so that what is not there never was. */
    private static boolean isWhole(Map<TopicPartition, Long> first) {
        return first.values().stream().allMatch(offset -> offset == 0);
    }

    /** Whether a job has said that it serves a version of the study. */
    private static boolean hasServed(KafkaCluster kafka, String events, String study)
            throws IOException {
        SingleObjectReader<ServingEvent> reader = new SingleObjectReader<>(ServingEvent.class);
        AtomicBoolean served = new AtomicBoolean();
        KafkaReplay.toEnd(
                kafka.consumer(),
                events,
                Map.of(),
                PATIENCE,
                record -> {
                    try {
                        ServingEvent event = reader.read(record.value());
                        if (event.getStudy().equals(study)
                                && event.getKind() == ServingEventKind.SERVED) {
                            served.set(true);
                        }
                    } catch (IOException e) {
                        LOG.debug("passed over an event at offset {}", record.offset(), e);
                    }
                });
        return served.get();
    }

    /** Of a topic that was deleted and made anew nothing that was committed holds any more. */
    private static Map<TopicPartition, Long> committed(
            KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, OffsetAndMetadata> found = consumer.committed(Set.copyOf(partitions));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        first.forEach(
                (partition, begin) -> {
                    OffsetAndMetadata committed = found.get(partition);
                    long end = ends.getOrDefault(partition, 0L);
                    offsets.put(
                            partition,
                            committed == null || committed.offset() > end
                                    ? begin
                                    : Math.max(begin, committed.offset()));
                });
        return offsets;
    }

    /** When the oldest of the requests from these offsets on was sent; null when there is none. */
    private static @Nullable Long oldest(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> from)
            throws IOException {
        Long oldest = null;
        Map<TopicPartition, Long> ends = consumer.endOffsets(from.keySet());
        for (Map.Entry<TopicPartition, Long> entry : from.entrySet()) {
            if (entry.getValue() < ends.getOrDefault(entry.getKey(), 0L)) {
                Long sent = sent(consumer, entry.getKey(), entry.getValue());
                oldest = oldest == null ? sent : sent == null ? oldest : Math.min(oldest, sent);
            }
        }
        return oldest;
    }

    private static @Nullable Long sent(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long offset)
            throws IOException {
        consumer.assign(List.of(partition));
        consumer.seek(partition, offset);
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                return record.timestamp();
            }
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "no record came from " + partition + "@" + offset + " within " + PATIENCE);
            }
        }
        return null;
    }

    private static Map<TopicPartition, Long> since(
            KafkaConsumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions,
            @Nullable Long sent) {
        Map<TopicPartition, Long> offsets = new HashMap<>(consumer.endOffsets(partitions));
        if (sent != null) {
            Map<TopicPartition, Long> times = new HashMap<>();
            partitions.forEach(
                    partition -> times.put(partition, Math.max(0, sent - CLOCK_MARGIN.toMillis())));
            Map<TopicPartition, @Nullable OffsetAndTimestamp> found =
                    consumer.offsetsForTimes(times);
            found.forEach(
                    (partition, at) -> {
                        if (at != null) {
                            offsets.put(partition, at.offset());
                        }
                    });
        }
        return offsets;
    }
}
