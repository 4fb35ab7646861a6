package io.penstock.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.e2e.SyntheticStudy;
import io.penstock.e2e.cluster.Await;
import io.penstock.schemas.TrainingReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training that was cancelled goes on from its last checkpoint, and what it left is not as it
 * was. What the processes say stays in {@code target/changed-world}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ChangedWorldITCase {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CANCELLED_AFTER = 1500;

    @AutoClose private FaultyCluster cluster;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        cluster = new FaultyCluster(folder, "changed-world", null);
    }

    private FaultyTraining cancelled(String name) throws Exception {
        FaultyTraining training = cluster.train(name, 1);
        Await.until(
                CANCELLED_AFTER + " samples", LIMIT, () -> training.inserts() >= CANCELLED_AFTER);
        training.cancelAfterCheckpoints(1);
        return training;
    }

    @Test
    void damagedOrForeignStateIsRefusedAndTheWholeOneGoesOnAsIfNothingHadHappened()
            throws Exception {
        FaultyTraining training = cancelled("damaged");
        Path state = largestFile(training.lastCheckpoint());
        byte[] whole = Files.readAllBytes(state);

        byte[] damaged = whole.clone();
        damaged[damaged.length / 2] ^= 1;
        Files.write(state, damaged);
        training.resubmit();
        training.awaitRefusal("training state of shard 0 cannot be read, at or before byte");

        Files.write(state, Arrays.copyOf(whole, whole.length / 2));
        training.resubmit();
        training.awaitRefusal("training state of shard 0 cannot be read, at or before byte");

        Files.write(state, whole);
        String study = FaultyCluster.study("damaged", 1);
        training.resubmitAs(study.replace("[400, 400]", "[300]"));
        training.awaitRefusal("training state is of architecture and optimiser MLP");

        FaultyTraining undisturbed = cluster.train("undisturbed", 1);
        training.resubmitAs(study);
        TrainingReport report = training.end().get(0);
        TrainingReport expected = undisturbed.end().get(0);
        assertThat(report.getWeightsSha256()).isNotNull().isEqualTo(expected.getWeightsSha256());
        assertThat(report.getStateSha256()).isNotNull().isEqualTo(expected.getStateSha256());
        assertThat(report.getInserts()).isEqualTo(expected.getInserts());
    }

    private static Path largestFile(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.endsWith("_metadata"))
                    .max(Comparator.comparing(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    @Test
    void samplesThatRetentionHasRemovedAreCountedAndTrainingGoesOn() throws Exception {
        FaultyTraining training = cancelled("retained");
        TopicPartition outputs = new TopicPartition(training.topics().solverOutputs(), 0);
        try (Admin admin = Admin.create(cluster.kafka().cluster().properties())) {
            admin.deleteRecords(Map.of(outputs, RecordsToDelete.beforeOffset(CANCELLED_AFTER)))
                    .all()
                    .get();
        }
        training.resubmit();
        TrainingReport report = training.end().get(0);
        assertThat(report.getLostReferences()).isPositive();
        assertThat(report.getInserts())
                .as("every sample sent was taken in, before or after")
                .isEqualTo((FaultyCluster.SIMULATIONS - 2L) * SyntheticStudy.STEPS);
        // Validation samples were among the first, and are lost as well.
        long lost = report.getInserts() - report.getEvicted() - report.getDrained();
        assertThat(lost).isPositive();
        assertThat(report.getLostReferences()).isEqualTo(lost + 2L * SyntheticStudy.STEPS);
    }

    @Test
    void aTopicThatWasMadeAnewIsRefused() throws Exception {
        FaultyTraining training = cancelled("recreated");
        String outputs = training.topics().solverOutputs();
        try (Admin admin = Admin.create(cluster.kafka().cluster().properties())) {
            admin.deleteTopics(List.of(outputs)).all().get();
            Await.until("deletion", LIMIT, () -> !isThere(admin, outputs));
        }
        cluster.fill("recreated");
        training.resubmit();
        training.awaitRefusal(outputs, "deleted and made anew");
    }

    private static boolean isThere(Admin admin, String topic) throws Exception {
        try {
            return admin.describeTopics(List.of(topic)).allTopicNames().get().containsKey(topic);
        } catch (ExecutionException e) {
            return false;
        }
    }
}
