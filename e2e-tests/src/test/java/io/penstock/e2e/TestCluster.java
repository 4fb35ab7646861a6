package io.penstock.e2e;

import io.penstock.broker.EmbeddedKafka;
import io.penstock.broker.EmbeddedKafkaSettings;
import io.penstock.broker.TopicAdmin;
import io.penstock.broker.TopicLayout;
import io.penstock.e2e.cluster.Records;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker and a Flink cluster with a topic of each kind, for a test. */
final class TestCluster implements AutoCloseable {
    static final int MAX_RECORD_BYTES = 16 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    final Topics topics = new Topics("");
    final KafkaCluster kafka;
    final MiniCluster flink;
    private final EmbeddedKafka broker;
    private final KafkaProducer<byte[], byte[]> producer;

    TestCluster(Path folder, int outputPartitions, int slots) throws Exception {
        this(folder, outputPartitions, slots, new Configuration());
    }

    TestCluster(Path folder, int outputPartitions, int slots, Configuration configuration)
            throws Exception {
        broker =
                EmbeddedKafka.start(
                        new EmbeddedKafkaSettings(
                                folder.resolve("kafka"), 0, 2 * MAX_RECORD_BYTES, false));
        TopicLayout layout = new TopicLayout(outputPartitions, 1, (short) 1, MAX_RECORD_BYTES);
        kafka =
                new KafkaCluster(
                        broker.bootstrapServers(), layout.maxMessageBytes(), new Properties());
        try (TopicAdmin admin = new TopicAdmin(kafka.properties())) {
            admin.ensure(topics, layout);
        }
        producer =
                new KafkaProducer<>(
                        kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(8));
        // Any free one: a cluster of another run may have the usual one.
        configuration.set(RestOptions.BIND_PORT, "0");
        flink =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(slots)
                                .build());
        flink.start();
    }

    /** An environment with the settings every job of the project runs with. */
    StreamExecutionEnvironment environment(Path checkpoints, Duration interval) {
        return StreamExecutionEnvironment.getExecutionEnvironment(
                io.penstock.JobConfiguration.of(checkpoints.toUri().toString(), interval));
    }

    /** Submits a job. */
    JobID submit(StreamExecutionEnvironment env) throws Exception {
        return submit(env, "test");
    }

    /** Submits a job under a name. */
    JobID submit(StreamExecutionEnvironment env, String name) throws Exception {
        StreamGraph graph = env.getStreamGraph();
        graph.setJobName(name);
        return flink.submitJob(graph.getJobGraph()).get().getJobID();
    }

    /** Waits until a job has ended, and fails if it failed. */
    void awaitEnd(JobID job) throws Exception {
        flink.requestJobResult(job)
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .toJobExecutionResult(getClass().getClassLoader());
    }

    /** Ends a job with a savepoint; where that lies. */
    String stop(JobID job, Path savepoints) throws Exception {
        return flink.stopWithSavepoint(
                        job, savepoints.toUri().toString(), false, SavepointFormatType.NATIVE)
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    void send(String topic, String key, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value))
                .get();
    }

    /** Every committed record of a topic, partition after partition. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        return Records.read(kafka, topic);
    }

    /** Waits until a committed record of a topic satisfies a condition. */
    void awaitRecord(String topic, Predicate<ConsumerRecord<byte[], byte[]>> condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (read(topic).stream().noneMatch(condition)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no such record came on " + topic + " within " + LIMIT);
            }
        }
    }

    @Override
    public void close() throws Exception {
        producer.close();
        flink.close();
        broker.close();
    }
}
