package io.penstock.e2e.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.e2e.SyntheticStudy;
import io.penstock.kafka.Topics;
import io.penstock.schemas.TrainingReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Half an hour of samples as fast as the training takes them in, with a fault every minute. Nothing
 * is lost, and memory does not grow. Run by name; see the README. Says what it sees, minute by
 * minute, in {@code target/soak/soak.txt}.
 */
class FaultSoak {
    private static final int MINUTES = Integer.getInteger("penstock.soak.minutes", 30);
    private static final List<Fault> FAULTS =
            List.of(
                    Fault.TASK_MANAGER_KILLED,
                    Fault.BROKER_KILLED,
                    Fault.KILLED_IN_CHECKPOINT,
                    Fault.DISK_FULL);

    /** Samples that may wait in Kafka before the solvers wait too. */
    private static final long MOST_AHEAD = 2_000_000;

    /** Those before it are for validation. */
    private static final long FIRST = 2;

    private static final Map<String, String> KEPT =
            Map.of("retention.bytes", "4294967296", "segment.bytes", "268435456");

    private static final String STUDY =
            """
            study: synthetic
            steps: 10
            time-step: 1.0
            parameters:
              - {name: a, min: 0, max: 1}
            fields:
              - {name: u, unit: K, shape: [4, 4], min: -1, max: 1}
            kafka: {topic-prefix: soak., max-record-bytes: 1MiB}
            reservoir: {capacity: 6000, threshold: 1000}
            surrogate: {hidden: [64, 64]}
            training: {batch: 32, pace: continuous, report-interval: 500ms}
            validation: {simulations: 0}
            checkpoints: {interval: 2s}
            """;

    private final UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(1);
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Path log = Path.of("target", "soak", "soak.txt").toAbsolutePath();

    @Test
    void losesNothing(@TempDir Path folder) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (FaultyCluster cluster = new FaultyCluster(folder, "soak", null)) {
            Topics topics = cluster.topics("soak");
            keep(cluster, topics.solverOutputs());
            Future<?> solver = thread.submit(() -> send(cluster, topics));
            FaultyTraining training = cluster.train("soak", STUDY, 1);
            List<Long> memory = new ArrayList<>();
            for (int minute = 0; minute < MINUTES; minute++) {
                long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
                Fault fault = FAULTS.get(random.nextInt(FAULTS.size()));
                training.awaitBatches(training.batches() + 1);
                memory.add(cluster.flink().taskManagerBytes());
                fault.strike(cluster, training);
                long healed = System.currentTimeMillis();
                training.awaitFurtherThan(training.batches(), healed);
                say(minute, fault, Duration.ofMillis(System.currentTimeMillis() - healed), memory);
                while (System.nanoTime() < end) {
                    taken.set(training.inserts());
                    TimeUnit.MILLISECONDS.sleep(500);
                }
            }
            over.set(true);
            solver.get();
            assertNothingLost(training.end().get(0));
            int third = Math.max(1, memory.size() / 3);
            assertThat(mean(memory.subList(memory.size() - third, memory.size())))
                    .as("resident memory of the last TaskManagers, against the first")
                    .isLessThan(1.1 * mean(memory.subList(0, third)));
        } finally {
            over.set(true);
            thread.shutdown();
        }
    }

    /**
     * Half an hour of samples is more than a disk should have to hold; the topic keeps the last.
     */
    private static void keep(FaultyCluster cluster, String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = Admin.create(cluster.kafka().cluster().properties())) {
            List<AlterConfigOp> changes = new ArrayList<>();
            KEPT.forEach(
                    (key, value) ->
                            changes.add(
                                    new AlterConfigOp(
                                            new ConfigEntry(key, value),
                                            AlterConfigOp.OpType.SET)));
            admin.incrementalAlterConfigs(Map.of(resource, changes)).all().get();
        }
    }

    private void assertNothingLost(TrainingReport report) throws IOException {
        say(
                "%d samples sent, %d taken in, %d dropped as repeated, %d trained, repeats counted%n",
                sent.get(),
                report.getInserts(),
                report.getDuplicates(),
                report.getSamplesTrained());
        assertThat(report.getInserts()).isEqualTo(sent.get());
        assertThat(report.getLostReferences()).isZero();
        assertThat(report.getDuplicates()).isZero();
        assertThat(report.getInserts()).isEqualTo(report.getEvicted() + report.getDrained());
        assertThat(report.getDrawsMin()).isPositive();
    }

    private static double mean(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).average().orElse(0);
    }

    private void say(int minute, Fault fault, Duration recovery, List<Long> memory)
            throws IOException {
        say(
                "minute %d: %s; recovered after %.1f s; %d samples sent, %d taken in; TaskManager"
                        + " %.0f MB%n",
                minute,
                fault,
                recovery.toMillis() * 1e-3,
                sent.get(),
                taken.get(),
                memory.get(memory.size() - 1) * 1e-6);
    }

    private void say(String format, Object... values) throws IOException {
        Files.writeString(
                log,
                String.format(Locale.ROOT, format, values),
                UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private Void send(FaultyCluster cluster, Topics topics) throws Exception {
        Properties properties = cluster.kafka().cluster().producer();
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "300000");
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "300000");
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long simulation = FIRST; !over.get(); ) {
                if (sent.get() > taken.get() + MOST_AHEAD) {
                    TimeUnit.MILLISECONDS.sleep(10);
                    continue;
                }
                byte[] key = Long.toString(simulation).getBytes(UTF_8);
                for (int step = 0; step < SyntheticStudy.STEPS; step++) {
                    byte[] value = SyntheticStudy.encode(SyntheticStudy.output(simulation, step));
                    producer.send(
                            new ProducerRecord<>(topics.solverOutputs(), key, value),
                            (metadata, e) -> failure.compareAndSet(null, e));
                }
                sent.addAndGet(SyntheticStudy.STEPS);
                simulation++;
            }
            producer.flush();
            if (failure.get() != null) {
                throw failure.get();
            }
            producer.send(
                            new ProducerRecord<>(
                                    topics.simulationEvents(),
                                    SyntheticStudy.NAME.getBytes(UTF_8),
                                    SyntheticStudy.ensembleFinished()))
                    .get();
        }
        return null;
    }
}
