package io.penstock.e2e.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.EnsembleJob;
import io.penstock.broker.TopicAdmin;
import io.penstock.broker.TopicLayout;
import io.penstock.e2e.SyntheticStudy;
import io.penstock.e2e.cluster.BrokerSecurity;
import io.penstock.e2e.cluster.ComposeFile;
import io.penstock.e2e.cluster.FlinkProcesses;
import io.penstock.e2e.cluster.FlinkRest;
import io.penstock.e2e.cluster.KafkaProcess;
import io.penstock.kafka.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A broker and a Flink cluster, of processes that can be made to fail, and a study for them. */
final class FaultyCluster implements AutoCloseable {
    /** Simulations sent, the first two of them for validation. */
    static final int SIMULATIONS = 400;

    private static final int SLOTS = 2; // Of a TaskManager, by the compose file.
    private static final int MAX_RECORD_BYTES = 1 << 20;

    /** Half a minute of training, so that there is time to fail in. */
    private static final String STUDY =
            """
            study: synthetic
            seed: 7
            steps: 10
            time-step: 1.0
            parameters:
              - {name: a, min: 0, max: 1}
            fields:
              - {name: u, unit: K, shape: [4, 4], min: -1, max: 1}
            kafka: {topic-prefix: %s, partitions: 1, max-record-bytes: 1MiB}
            reservoir: {kind: reservoir, capacity: 600, threshold: 100}
            surrogate: {hidden: [400, 400]}
            training:
              batch: 8
              shards: %d
              merge: {every: 50, overlap: 10}
              pace: {samples-per-insert: 32}
              report-interval: 100ms
            validation: {simulations: 2, every-batches: 500}
            checkpoints: {interval: 500ms}
            """;

    private final Path folder;
    private final Path logs;
    private final KafkaProcess kafka;
    private final FlinkProcesses flink;
    private final FlinkRest rest;
    private String jar;

    /**
     * Starts all processes.
     *
     * @param folder an empty folder for topics and checkpoints
     * @param name name of the folder below {@code target} for what the processes say
     * @param security how the broker is secured; null for not at all
     */
    FaultyCluster(Path folder, String name, @Nullable BrokerSecurity security) throws Exception {
        this.folder = folder;
        this.logs = Path.of("target", name).toAbsolutePath();
        FileUtils.deleteDirectory(logs.toFile());
        Files.createDirectories(logs);
        kafka = new KafkaProcess(Files.createDirectories(folder.resolve("kafka")), logs, security);
        try {
            flink = FlinkProcesses.start(logs, settings());
        } catch (Exception e) {
            kafka.close();
            throw e;
        }
        rest = new FlinkRest(flink);
        jar = upload();
    }

    /** Those of the compose file, but for the memory of a small machine. */
    private static Map<String, String> settings() throws IOException {
        Map<String, String> settings = ComposeFile.read().flinkSettings();
        settings.keySet()
                .removeIf(
                        key ->
                                key.startsWith("jobmanager.")
                                        || key.startsWith("env.java.opts")
                                        || key.startsWith("metrics.reporter"));
        settings.put("taskmanager.memory.process.size", "1200m");
        settings.put("taskmanager.memory.task.off-heap.size", "256m");
        // A process that is gone is missed after seconds, not after a minute.
        settings.put("heartbeat.interval", "1000");
        settings.put("heartbeat.timeout", "6000");
        // Or a restore could be over before the endpoint tells of it.
        settings.put("web.refresh-interval", "50");
        return settings;
    }

    private String upload() throws Exception {
        rest.awaitSlots(SLOTS);
        return rest.upload(Path.of(System.getProperty("penstock.job.jar")));
    }

    /** Folder of what the processes say. */
    Path logs() {
        return logs;
    }

    KafkaProcess kafka() {
        return kafka;
    }

    FlinkProcesses flink() {
        return flink;
    }

    FlinkRest rest() {
        return rest;
    }

    /** Ends a TaskManager, and starts another in its place. */
    void replaceTaskManager() throws Exception {
        flink.killTaskManager();
        flink.startTaskManager();
    }

    /** Ends the JobManager, which forgets its jobs, and starts another in its place. */
    void replaceJobManager() throws Exception {
        flink.killJobManager();
        flink.startJobManager();
        jar = upload();
    }

    /**
     * Sends all samples of the study and submits its training.
     *
     * @param name a name that no other training of this cluster has
     */
    FaultyTraining train(String name, int shards) throws Exception {
        fill(name);
        return train(name, study(name, shards), shards);
    }

    /** Text of the study of a training of that name. */
    static String study(String name, int shards) {
        return STUDY.formatted(name + ".", shards);
    }

    /**
     * Submits a training.
     *
     * @param name a name that no other training of this cluster has, with a dot the prefix of its
     *     topics
     * @param study text of its study file
     */
    FaultyTraining train(String name, String study, int shards) throws Exception {
        return new FaultyTraining(
                this, new Topics(name + "."), write(name, study), folder.resolve(name), shards);
    }

    /** Submits the ensemble of a study, by the rules of {@link #train}; the id of its job. */
    String runEnsemble(String name, String study) throws Exception {
        return submit(
                EnsembleJob.class, write(name, study), folder.resolve(name + "-ensemble"), "");
    }

    private Path write(String name, String study) throws Exception {
        return Files.writeString(folder.resolve(name + ".yaml"), study, UTF_8);
    }

    /** The topics of a training, which exist. */
    Topics topics(String name) throws Exception {
        Topics topics = new Topics(name + ".");
        try (TopicAdmin admin = new TopicAdmin(kafka.cluster().properties())) {
            admin.ensure(topics, new TopicLayout(1, 1, (short) 1, MAX_RECORD_BYTES));
        }
        return topics;
    }

    /** Sends all samples to the topics of a training of that name, and that there are no more. */
    void fill(String name) throws Exception {
        Topics topics = topics(name);
        List<Future<?>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        kafka.cluster().producer(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (int simulation = 0; simulation < SIMULATIONS; simulation++) {
                byte[] key = Integer.toString(simulation).getBytes(UTF_8);
                for (int step = 0; step < SyntheticStudy.STEPS; step++) {
                    byte[] value = SyntheticStudy.encode(SyntheticStudy.output(simulation, step));
                    sent.add(
                            producer.send(
                                    new ProducerRecord<>(topics.solverOutputs(), key, value)));
                }
            }
            sent.add(
                    producer.send(
                            new ProducerRecord<>(
                                    topics.simulationEvents(),
                                    SyntheticStudy.NAME.getBytes(UTF_8),
                                    SyntheticStudy.ensembleFinished())));
        }
        for (Future<?> acknowledged : sent) {
            acknowledged.get();
        }
    }

    /**
     * Submits a job.
     *
     * @param entry its class
     * @param checkpoint what it goes on from; empty for a fresh start
     * @return its id
     */
    String submit(Class<?> entry, Path study, Path checkpoints, String checkpoint)
            throws Exception {
        return rest.run(
                jar,
                entry,
                List.of(
                        study.toString(),
                        "--kafka",
                        kafka.bootstrapServers(),
                        "--checkpoints",
                        "faulty:" + checkpoints),
                checkpoint);
    }

    @Override
    public void close() {
        flink.close();
        kafka.close();
    }
}
