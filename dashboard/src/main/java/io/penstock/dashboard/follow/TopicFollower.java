package io.penstock.dashboard.follow;

import io.penstock.dashboard.DashboardSettings.Feed;
import io.penstock.dashboard.study.StudyBoard;
import io.penstock.dashboard.study.Surroundings;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topics of all studies from their beginning on, on a thread of its own, and tells a
 * board. Topics may come later; one that was deleted and made anew is read anew; a broker that is
 * away is waited for.
 */
public final class TopicFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PAUSE_AFTER_FAULT = Duration.ofSeconds(1);
    private static final Duration END = Duration.ofSeconds(2);

    private final Feed feed;
    private final StudyBoard board;
    private final RecordReader reader;
    private final Clock clock;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<TopicPartition, Uuid> known = new HashMap<>();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private @Nullable Uuid samplesTopic;
    private @Nullable String told;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

    private TopicFollower(Feed feed, StudyBoard board, Clock clock) {
        this.feed = feed;
        this.board = board;
        this.clock = clock;
        this.reader = new RecordReader(board, feed.topics(), clock);
        this.thread = new Thread(this::run, "dashboard-follower");
        thread.setDaemon(true);
    }

    /** Begins to follow. */
    public static TopicFollower start(Feed feed, StudyBoard board, Clock clock) {
        TopicFollower follower = new TopicFollower(feed, board, clock);
        follower.thread.start();
        return follower;
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                try {
                    follow();
                } catch (WakeupException e) {
                    return;
                } catch (RuntimeException e) {
                    tellOnce(e);
                    board.surroundings(new Surroundings(e.toString(), Double.NaN, 0));
                    closed.await(PAUSE_AFTER_FAULT.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        String outputs = feed.topics().solverOutputs();
        Set<String> watched = new HashSet<>(reader.topics());
        watched.add(outputs);
        try (BrokerWatch watch =
                        new BrokerWatch(feed.kafka().properties(), watched, outputs, clock);
                KafkaConsumer<byte[], byte[]> mine = newConsumer()) {
            consumer = mine;
            Map<TopicPartition, Uuid> assigned = Map.of();
            while (closed.getCount() > 0) {
                watch.tick();
                if (!wanted(watch.found()).equals(assigned)) {
                    assigned = wanted(watch.found());
                    assign(mine, assigned);
                }
                tell(watch);
                poll(mine);
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> newConsumer() {
        Properties settings = feed.kafka().consumer();
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000");
        return new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Every partition of the topics that there are, with the identity of its topic. */
    private Map<TopicPartition, Uuid> wanted(Map<String, TopicDescription> found) {
        Map<TopicPartition, Uuid> wanted = new HashMap<>();
        for (String topic : reader.topics()) {
            TopicDescription description = found.get(topic);
            if (description != null) {
                for (TopicPartitionInfo partition : description.partitions()) {
                    wanted.put(
                            new TopicPartition(topic, partition.partition()),
                            description.topicId());
                }
            }
        }
        return wanted;
    }

    /** Goes on where each partition was left; in a topic made anew from its beginning. */
    private void assign(KafkaConsumer<byte[], byte[]> mine, Map<TopicPartition, Uuid> wanted) {
        mine.assign(wanted.keySet());
        wanted.forEach(
                (partition, id) -> {
                    if (!id.equals(known.put(partition, id))) {
                        positions.remove(partition);
                    }
                    Long position = positions.get(partition);
                    if (position == null) {
                        mine.seekToBeginning(List.of(partition));
                    } else {
                        mine.seek(partition, position);
                    }
                });
    }

    private void tell(BrokerWatch watch) {
        TopicDescription samples = watch.found().get(feed.topics().solverOutputs());
        int partitions = samples == null ? 0 : samples.partitions().size();
        board.surroundings(new Surroundings(watch.stale(), watch.written(), partitions));
        if (samples != null) {
            if (samplesTopic != null && !samples.topicId().equals(samplesTopic)) {
                board.samplesBeginAgain();
            }
            samplesTopic = samples.topicId();
        }
    }

    private void poll(KafkaConsumer<byte[], byte[]> mine) {
        if (mine.assignment().isEmpty()) {
            rest();
            return;
        }
        try {
            ConsumerRecords<byte[], byte[]> records = mine.poll(POLL);
            records.forEach(reader::read);
            records.nextOffsets().forEach((p, next) -> positions.put(p, next.offset()));
        } catch (WakeupException e) {
            throw e;
        } catch (KafkaException e) {
            // Of a topic that goes, or of rights that are missing; the next look will tell.
            tellOnce(e);
            rest();
        }
    }

    // A broker that is not there fails alike every second.
    private void tellOnce(RuntimeException e) {
        if (!e.toString().equals(told)) {
            told = e.toString();
            LOG.warn("the dashboard cannot read the topics and goes on trying", e);
        }
    }

    private void rest() {
        try {
            closed.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops within about two seconds. */
    @Override
    public void close() {
        closed.countDown();
        KafkaConsumer<byte[], byte[]> mine = consumer;
        if (mine != null) {
            mine.wakeup();
        }
        try {
            thread.join(END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
