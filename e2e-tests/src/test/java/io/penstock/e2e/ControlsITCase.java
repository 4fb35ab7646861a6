package io.penstock.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.control.ControlAgent;
import io.penstock.control.ControlTail;
import io.penstock.control.TrainingControls;
import io.penstock.flink.ControlRecords;
import io.penstock.schemas.ControlKind;
import io.penstock.schemas.TrainingControl;
import io.penstock.schemas.TrainingReport;
import io.penstock.training.StudySpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.flink.api.common.JobStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings that are controlled through a real broker, on a real Flink. */
class ControlsITCase {
    private static final int SIMULATIONS = 42;
    private static final long TRAINED = (SIMULATIONS - 2L) * SyntheticStudy.STEPS;
    private static final int HALF = 21;

    @TempDir Path folder;

    private static StudySpec study(boolean counted, int shards) {
        return SyntheticStudy.sharded(
                counted ? SyntheticStudy.counted() : SyntheticStudy.continuous(),
                shards,
                SyntheticStudy.merge(Duration.ofSeconds(2)));
    }

    /** Sends controls, and knows what came of them. */
    private static final class Sender implements AutoCloseable {
        final TestCluster cluster;
        final TrainingControls controls;

        Sender(TestCluster cluster) {
            this.cluster = cluster;
            this.controls = new TrainingControls(cluster.kafka, cluster.topics, "a test");
        }

        String send(ControlKind kind, @Nullable Double rate) throws IOException {
            return controls.send(SyntheticStudy.NAME, kind, rate);
        }

        /** Sends a control, and waits until every shard has taken it. */
        String sendTaken(ControlKind kind, @Nullable Double rate, int shards) throws IOException {
            String id = send(kind, rate);
            for (int shard = 0; shard < shards; shard++) {
                awaitTaken(id, shard);
            }
            return id;
        }

        void awaitTaken(String id, int shard) {
            cluster.awaitRecord(
                    cluster.topics.trainingControls(),
                    record -> {
                        TrainingControl said = decode(record.value());
                        return said.getControl().equals(id)
                                && said.getKind() == ControlKind.TAKEN
                                && said.getShard() == shard;
                    });
        }

        /** Waits for what an agent says of a control. */
        TrainingControl awaitOutcome(String id) {
            cluster.awaitRecord(
                    cluster.topics.trainingControls(),
                    record -> isOutcome(decode(record.value()), id));
            return log().stream().filter(said -> isOutcome(said, id)).findFirst().orElseThrow();
        }

        private static boolean isOutcome(TrainingControl said, String id) {
            return said.getControl().equals(id)
                    && (said.getKind() == ControlKind.DONE || said.getKind() == ControlKind.FAILED);
        }

        List<TrainingControl> log() {
            List<TrainingControl> log = new ArrayList<>();
            for (var record : cluster.read(cluster.topics.trainingControls())) {
                log.add(decode(record.value()));
            }
            return log;
        }

        private static TrainingControl decode(byte[] value) {
            try {
                return ControlRecords.decode(value);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            controls.close();
        }
    }

    private static long sum(ShardedRun run, ToLongFunction<TrainingReport> value) {
        return run.lastReports().stream().mapToLong(value).sum();
    }

    /** A report of a shard that came after now. */
    private static TrainingReport nextReport(ShardedRun run, int shard) {
        long now = System.currentTimeMillis();
        run.await(shard, report -> report.getTimestampMillis() > now);
        return run.lastReports().get(shard);
    }

    @ParameterizedTest
    @CsvSource({"true, 1", "false, 1", "true, 2", "false, 2"})
    void aPausedTrainingTakesSamplesInAndGoesOnWhenItIsResumed(boolean counted, int shards)
            throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 1, 2);
                Sender sender = new Sender(cluster)) {
            ShardedRun run = ShardedRun.start(cluster, folder, study(counted, shards), "run", null);
            SyntheticStudy.send(cluster, 0, HALF);
            run.await(0, report -> report.getBatches() > 5);
            sender.sendTaken(ControlKind.PAUSE, null, shards);
            run.await(0, TrainingReport::getPaused);
            List<TrainingReport> before = new ArrayList<>();
            for (int shard = 0; shard < shards; shard++) {
                before.add(nextReport(run, shard));
            }
            SyntheticStudy.send(cluster, HALF, SIMULATIONS);
            SyntheticStudy.sendEnsembleFinished(cluster);
            for (int shard = 0; shard < shards; shard++) {
                TrainingReport paused = before.get(shard);
                run.await(
                        shard,
                        report ->
                                report.getCheckpoints() > paused.getCheckpoints() + 1
                                        && report.getInserts() + report.getBacklog()
                                                > paused.getInserts() + paused.getBacklog());
                TrainingReport after = nextReport(run, shard);
                assertThat(after.getPaused()).isTrue();
                assertThat(after.getBatches()).isEqualTo(paused.getBatches());
                assertThat(after.getEarlyContributions()).isEqualTo(paused.getEarlyContributions());
            }
            sender.sendTaken(ControlKind.SET_LEARNING_RATE, 3e-4, shards);
            assertThat(nextReport(run, shards - 1).getLearningRate()).isEqualTo(3e-4);
            sender.sendTaken(ControlKind.RESUME, null, shards);
            run.awaitEnd();
            run.finalWeights();
            assertThat(sum(run, TrainingReport::getInserts)).isEqualTo(TRAINED);
            assertThat(run.lastReports()).extracting(TrainingReport::getPaused).containsOnly(false);
            assertThat(run.lastReports().get(0).getLearningRate()).isLessThanOrEqualTo(3e-4);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aTrainingThatFailsBetweenTakingAControlAndTheNextCheckpointTakesItAtTheSameBatch(
            int shards) throws Exception {
        // The rate is taken while a checkpoint is far, then the task manager is lost.
        String calm = fail(folder.resolve("calm"), shards, false);
        assertThat(fail(folder.resolve("stormy"), shards, true)).isEqualTo(calm);
    }

    /** The controls are asked for when the shards have done all they can with what was sent. */
    private static String fail(Path where, int shards, boolean failing) throws Exception {
        try (TestCluster cluster = new TestCluster(where, 1, 2);
                Sender sender = new Sender(cluster)) {
            Duration interval = Duration.ofSeconds(5);
            ShardedRun run =
                    ShardedRun.start(
                            cluster,
                            where,
                            SyntheticStudy.sharded(
                                    SyntheticStudy.counted(),
                                    shards,
                                    SyntheticStudy.merge(Duration.ofMinutes(5))),
                            new ShardedRun.Submission("run", null, interval));
            SyntheticStudy.send(cluster, 0, HALF);
            run.await(0, report -> report.getCheckpoints() > 0);
            awaitStillness(run, shards);
            sender.sendTaken(ControlKind.SET_LEARNING_RATE, 7e-4, shards);
            SyntheticStudy.send(cluster, HALF, HALF + 6);
            run.await(0, report -> report.getLearningRate() <= 7e-4);
            sender.sendTaken(ControlKind.PAUSE, null, shards);
            if (failing) {
                cluster.flink.terminateTaskManager(0).get();
                cluster.flink.startTaskManager();
            }
            sender.sendTaken(ControlKind.RESUME, null, shards);
            SyntheticStudy.send(cluster, HALF + 6, SIMULATIONS);
            SyntheticStudy.sendEnsembleFinished(cluster);
            run.awaitEnd();
            assertThat(sum(run, TrainingReport::getInserts)).isEqualTo(TRAINED);
            return run.finalWeights();
        }
    }

    /** Waits until no shard has anything more to do. */
    private static void awaitStillness(ShardedRun run, int shards) {
        long before = -1;
        long batches = sum(run, TrainingReport::getBatches);
        while (before != batches || before == 0) {
            for (int shard = 0; shard < shards; shard++) {
                nextReport(run, shard);
                nextReport(run, shard);
            }
            before = batches;
            batches = sum(run, TrainingReport::getBatches);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 1", "false, 1", "true, 2", "false, 2"})
    void aStopDrainsWhatIsLeftThoughItIsPaused(boolean counted, int shards) throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 1, 2);
                Sender sender = new Sender(cluster);
                ControlAgent agent =
                        agent(cluster, folder.resolve("savepoints").toUri().toString());
                ControlAgent another = agent(cluster, null)) {
            ShardedRun run = ShardedRun.start(cluster, folder, study(counted, shards), "run", null);
            SyntheticStudy.send(cluster, 0, HALF);
            run.await(0, report -> report.getBatches() > 5);
            sender.sendTaken(ControlKind.PAUSE, null, shards);
            SyntheticStudy.send(cluster, HALF, SIMULATIONS);
            for (int shard = 0; shard < shards; shard++) {
                nextReport(run, shard);
            }
            awaitReceived(run);
            another.close(); // The one that has a folder carries it out.
            TrainingControl savepoint =
                    sender.awaitOutcome(sender.send(ControlKind.SAVEPOINT, null));
            assertThat(savepoint.getKind()).as(savepoint.getMessage()).isEqualTo(ControlKind.DONE);
            assertThat(Path.of(URI.create(savepoint.getMessage()))).isDirectory();
            TrainingControl stopped = sender.awaitOutcome(sender.send(ControlKind.STOP, null));
            assertThat(stopped.getKind()).as(stopped.getMessage()).isEqualTo(ControlKind.DONE);
            assertThat(cluster.flink.getJobStatus(run.job()).get()).isEqualTo(JobStatus.FINISHED);
            run.finalWeights();
            assertThat(sum(run, TrainingReport::getInserts)).isEqualTo(TRAINED);
            assertThat(sum(run, TrainingReport::getSamplesTrained))
                    .isEqualTo(sum(run, TrainingReport::getDrawsTotal));
            assertThat(agent).isNotNull();
        }
    }

    private static void awaitReceived(ShardedRun run) {
        while (sum(run, report -> report.getInserts() + report.getBacklog()) < TRAINED) {
            nextReport(run, 0);
        }
    }

    private static ControlAgent agent(TestCluster cluster, @Nullable String savepoints)
            throws Exception {
        return ControlAgent.start(
                cluster.kafka, cluster.topics, cluster.flink.getRestAddress().get(), savepoints);
    }

    @Test
    void ofTwoAgentsOneCarriesACommandOutAndWhatFailsIsSaid() throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 1, 2);
                Sender sender = new Sender(cluster);
                ControlTail tail = new ControlTail(cluster.kafka, cluster.topics)) {
            String before = sender.send(ControlKind.STOP, null);
            try (ControlAgent one = agent(cluster, null);
                    ControlAgent other = agent(cluster, null)) {
                String vain = sender.send(ControlKind.SAVEPOINT, null);
                TrainingControl failed = sender.awaitOutcome(vain);
                assertThat(failed.getKind()).isEqualTo(ControlKind.FAILED);
                assertThat(failed.getMessage())
                        .isEqualTo("no job \"training of synthetic\" runs on this Flink");
                ShardedRun run = ShardedRun.start(cluster, folder, study(true, 1), "run", null);
                run.await(0, report -> true);
                String noFolder = sender.send(ControlKind.SAVEPOINT, null);
                assertThat(sender.awaitOutcome(noFolder).getMessage())
                        .contains("savepoint")
                        .contains("--savepoints");
                SyntheticStudy.sendEnsembleFinished(cluster);
                run.awaitEnd();
                assertThat(sender.log())
                        .filteredOn(said -> said.getKind() == ControlKind.FAILED)
                        .extracting(TrainingControl::getControl)
                        .containsExactly(vain, noFolder);
                assertThat(sender.log())
                        .filteredOn(said -> said.getControl().equals(before))
                        .as("what was asked before they were there")
                        .hasSize(1);
                assertThat(List.of(one, other)).doesNotContainNull();
            }
            assertThat(tail.poll(Duration.ofSeconds(5))).isNotEmpty();
        }
    }
}
