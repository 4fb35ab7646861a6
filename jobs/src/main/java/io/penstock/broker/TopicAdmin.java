package io.penstock.broker;

import io.penstock.kafka.TopicEnds;
import io.penstock.kafka.Topics;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidMetadataException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Creates and inspects the topics of a study.
 *
 * <p>Every method returns or fails within a bound ({@link #LIMIT} unless given); an error names the
 * brokers and the topics it was about.
 */
public final class TopicAdmin implements AutoCloseable {
    /** How long a method waits for the brokers. */
    public static final Duration LIMIT = Duration.ofSeconds(12);

    private static final Duration RETRY_PAUSE = Duration.ofMillis(20);

    private final String brokers;
    private final Duration limit;
    private final Admin admin;

    /**
     * @param client Kafka client settings with at least {@code bootstrap.servers}
     * @throws IOException when no address of a broker can be resolved
     */
    public TopicAdmin(Properties client) throws IOException {
        this(client, LIMIT);
    }

    TopicAdmin(Properties client, Duration limit) throws IOException {
        this.brokers = client.getProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "");
        this.limit = limit;
        Properties settings = new Properties();
        settings.putAll(client);
        String millis = Long.toString(limit.toMillis());
        settings.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        settings.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        try {
            this.admin = Admin.create(settings);
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "cannot use Kafka at \"" + brokers + "\": " + cause.getMessage(), e);
        }
    }

    /**
     * What {@link #ensure} found.
     *
     * @param created topics that it created
     * @param problems what existing topics lack, one line each; they were left as they are
     */
    public record Ensured(List<String> created, List<String> problems) {
        public Ensured {
            created = List.copyOf(created);
            problems = List.copyOf(problems);
        }
    }

    /** Creates the topics that are missing and says what the others lack. */
    public Ensured ensure(Topics topics, TopicLayout layout) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        String what = "create the topics " + topics.all();
        Set<String> present = await(admin.listTopics().names(), deadline, what);
        List<String> created = new ArrayList<>();
        List<String> existing = new ArrayList<>();
        for (String topic : topics.all()) {
            boolean isNew =
                    !present.contains(topic) && create(layout.newTopic(topics, topic), deadline);
            (isNew ? created : existing).add(topic);
        }
        return new Ensured(created, problems(topics, layout, existing, deadline));
    }

    /** Whether it was created; false when someone else was quicker. */
    private boolean create(NewTopic topic, long deadline) throws IOException {
        try {
            await(
                    admin.createTopics(List.of(topic)).all(),
                    deadline,
                    "create topic " + topic.name());
            awaitServed(topic.name(), deadline);
            return true;
        } catch (IOException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Waits until every partition of a new topic is served. Metadata names a partition's leader a
     * moment before that broker serves it. An idempotent producer that starts in between can have
     * its first batch refused and its second one taken; the first is then out of sequence for ever,
     * and lost (KAFKA-15591).
     */
    private void awaitServed(String topic, long deadline) throws IOException {
        while (true) {
            try {
                endOffsets(topic, deadline);
                return;
            } catch (IOException e) {
                boolean notYet = e.getCause() instanceof InvalidMetadataException;
                if (!notYet || System.nanoTime() >= deadline) {
                    throw e;
                }
                LockSupport.parkNanos(RETRY_PAUSE.toNanos());
            }
        }
    }

    /** Creates one topic and waits until it is served; false when it is already there. */
    boolean create(NewTopic topic) throws IOException {
        return create(topic, System.nanoTime() + limit.toNanos());
    }

    private List<String> problems(
            Topics topics, TopicLayout layout, List<String> existing, long deadline)
            throws IOException {
        List<String> problems = new ArrayList<>();
        describe(existing, deadline)
                .forEach(
                        (topic, description) -> {
                            int partitions = description.partitions().size();
                            int wanted = layout.partitions(topics, topic);
                            if (partitions < wanted) {
                                problems.add(tooFewPartitions(topic, partitions, wanted));
                            }
                        });
        configs(existing, deadline)
                .forEach(
                        (topic, config) -> {
                            String bytes = config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value();
                            if (Long.parseLong(bytes) < layout.maxMessageBytes()) {
                                problems.add(tooSmall(topic, bytes, layout.maxMessageBytes()));
                            }
                        });
        problems.sort(null);
        return problems;
    }

    private static String tooFewPartitions(String topic, int partitions, int wanted) {
        return "topic " + topic + " has too few partitions: " + partitions + ", not " + wanted;
    }

    private static String tooSmall(String topic, String bytes, int needed) {
        return "topic "
                + topic
                + " has max.message.bytes "
                + bytes
                + ", below the "
                + needed
                + " that the study's largest record needs";
    }

    /** Names of the topics there are. */
    public Set<String> names() throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        return await(admin.listTopics().names(), deadline, "list the topics");
    }

    /** Number of partitions of a topic. */
    public int partitions(String topic) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        return describe(List.of(topic), deadline).values().stream()
                .mapToInt(description -> description.partitions().size())
                .sum();
    }

    /** Offset after the last record of each partition of a topic, by partition. */
    public Map<Integer, Long> endOffsets(String topic) throws IOException {
        return endOffsets(topic, System.nanoTime() + limit.toNanos());
    }

    private Map<Integer, Long> endOffsets(String topic, long deadline) throws IOException {
        Map<TopicPartition, OffsetSpec> wanted =
                TopicEnds.wanted(describe(List.of(topic), deadline).values());
        return TopicEnds.byPartition(
                await(
                        admin.listOffsets(wanted).all(),
                        deadline,
                        "read the end offsets of topic " + topic));
    }

    private Map<String, TopicDescription> describe(Collection<String> topics, long deadline)
            throws IOException {
        return await(
                admin.describeTopics(topics).allTopicNames(),
                deadline,
                "describe topics " + topics);
    }

    private Map<String, Config> configs(Collection<String> topics, long deadline)
            throws IOException {
        List<ConfigResource> resources =
                topics.stream()
                        .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                        .toList();
        return await(
                        admin.describeConfigs(resources).all(),
                        deadline,
                        "read the settings of topics " + topics)
                .entrySet()
                .stream()
                .collect(Collectors.toMap(e -> e.getKey().name(), Map.Entry::getValue));
    }

    private <T> T await(KafkaFuture<T> future, long deadline, String what) throws IOException {
        try {
            return future.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(failed(what, String.valueOf(cause.getMessage())), cause);
        } catch (TimeoutException e) {
            throw new IOException(failed(what, "no answer within " + limit.toSeconds() + " s"), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException)
                    new InterruptedIOException(failed(what, "interrupted")).initCause(e);
        }
    }

    private String failed(String what, String why) {
        return "cannot " + what + ": Kafka at \"" + brokers + "\": " + why;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
