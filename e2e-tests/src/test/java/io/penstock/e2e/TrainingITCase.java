package io.penstock.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.TrainingJob;
import io.penstock.flink.ModelOutput;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.Phase;
import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.RejectionCause;
import io.penstock.schemas.SolverOutput;
import io.penstock.schemas.TrainingReport;
import io.penstock.training.PaceSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingITCase {
    private static final int SIMULATIONS = 42;

    @TempDir Path folder;

    private JobID start(TestCluster cluster, PaceSpec pace, int partitions) throws Exception {
        var env = cluster.environment(folder.resolve("checkpoints"), Duration.ofMillis(300));
        TrainingJob.build(
                env,
                new TrainingJob.Settings(
                        SyntheticStudy.spec(pace),
                        cluster.kafka,
                        cluster.topics,
                        partitions,
                        Map.of(),
                        Map.of(),
                        0,
                        0,
                        TrainingJob.newRun(),
                        new ModelOutput(folder.resolve("models").toUri().toString(), 2)));
        return cluster.submit(env);
    }

    private record Outcome(TrainingReport report, ModelUpdate model) {}

    private static Outcome outcome(TestCluster cluster) throws IOException {
        List<TrainingReport> reports = new ArrayList<>();
        for (var record : cluster.read(cluster.topics.trainingReports())) {
            reports.add(TrainingReport.getDecoder().decode(record.value()));
        }
        List<ModelUpdate> models = new ArrayList<>();
        for (var record : cluster.read(cluster.topics.modelUpdates())) {
            models.add(ModelUpdate.getDecoder().decode(record.value()));
        }
        assertThat(models).extracting(ModelUpdate::getVersion).isSorted().doesNotHaveDuplicates();
        return new Outcome(reports.get(reports.size() - 1), models.get(models.size() - 1));
    }

    @Test
    void lostTaskManagersChangeNothing() throws Exception {
        Outcome calm = run(folder.resolve("calm"), false);
        Outcome stormy = run(folder.resolve("stormy"), true);
        assertThat(calm.report().getPhase()).isEqualTo(Phase.FINISHED);
        assertThat(calm.report().getInserts()).isEqualTo((SIMULATIONS - 2L) * SyntheticStudy.STEPS);
        assertThat(calm.report().getValidationSamples()).isEqualTo(2L * SyntheticStudy.STEPS);
        assertThat(calm.report().getDuplicates()).isEqualTo(SyntheticStudy.STEPS);
        assertThat(stormy.report().getWeightsSha256())
                .isNotNull()
                .isEqualTo(calm.report().getWeightsSha256());
        assertThat(stormy.model().getWeights()).isEqualTo(calm.model().getWeights());
        assertThat(stormy.report().getBatches()).isEqualTo(calm.report().getBatches());
        assertThat(stormy.report().getSamplesTrained())
                .isEqualTo(calm.report().getSamplesTrained());
        assertThat(stormy.report().getInserts()).isEqualTo(calm.report().getInserts());
        assertThat(stormy.report().getDuplicates()).isEqualTo(calm.report().getDuplicates());
        assertThat(stormy.report().getEvicted()).isEqualTo(calm.report().getEvicted());
        assertThat(stormy.report().getDrawsPerSample())
                .isEqualTo(calm.report().getDrawsPerSample());
        assertThat(stormy.report().getValidationLoss())
                .isEqualTo(calm.report().getValidationLoss());
    }

    private Outcome run(Path where, boolean failures) throws Exception {
        try (TestCluster cluster = new TestCluster(where, 1, 2)) {
            JobID job = start(cluster, SyntheticStudy.counted(), 1);
            int[] stops = {14, 29};
            int sent = 0;
            for (int stop : stops) {
                SyntheticStudy.send(cluster, sent, stop);
                sent = stop;
                awaitInserts(cluster, (stop - 2L) * SyntheticStudy.STEPS);
                if (failures) {
                    cluster.flink.terminateTaskManager(0).get();
                    cluster.flink.startTaskManager();
                }
            }
            // A solver that is run again sends everything again.
            SyntheticStudy.send(cluster, 5, 6);
            SyntheticStudy.send(cluster, sent, SIMULATIONS);
            SyntheticStudy.sendEnsembleFinished(cluster);
            cluster.awaitEnd(job);
            return outcome(cluster);
        }
    }

    /** Waits until the job has taken in so many samples, and has completed a checkpoint. */
    private static void awaitInserts(TestCluster cluster, long inserts) {
        cluster.awaitRecord(
                cluster.topics.trainingReports(),
                record -> {
                    TrainingReport report = decodeReport(record);
                    return report.getInserts() >= inserts && report.getCheckpoints() > 0;
                });
    }

    private static TrainingReport decodeReport(ConsumerRecord<byte[], byte[]> record) {
        try {
            return TrainingReport.getDecoder().decode(record.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void badRecordsAreRejectedWithTheirPositionAndNothingElseIsLost() throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 2, 2)) {
            SyntheticStudy.send(cluster, 0, 10);
            int bad = sendBadRecords(cluster);
            SyntheticStudy.send(cluster, 10, 20);
            JobID job = start(cluster, SyntheticStudy.continuous(), 2);
            SyntheticStudy.sendEnsembleFinished(cluster);
            cluster.awaitEnd(job);
            TrainingReport report = outcome(cluster).report();
            assertThat(report.getInserts()).isEqualTo(18L * SyntheticStudy.STEPS);
            assertThat(report.getReservoirSeen() + report.getReservoirUnseen()).isZero();
            assertThat(report.getEvicted() + report.getDrained()).isEqualTo(report.getInserts());
            List<RejectedSample> rejected = new ArrayList<>();
            for (var record : cluster.read(cluster.topics.rejectedSamples())) {
                rejected.add(RejectedSample.getDecoder().decode(record.value()));
            }
            assertThat(rejected).hasSize(bad);
            assertThat(rejected)
                    .extracting(RejectedSample::getCause)
                    .containsExactlyInAnyOrder(
                            RejectionCause.UNDECODABLE,
                            RejectionCause.UNKNOWN_SCHEMA,
                            RejectionCause.WRONG_STUDY,
                            RejectionCause.WRONG_SHAPE,
                            RejectionCause.WRONG_LENGTH,
                            RejectionCause.NOT_FINITE,
                            RejectionCause.WRONG_STEP,
                            RejectionCause.TOO_LARGE);
            assertThat(rejected)
                    .allSatisfy(
                            record -> {
                                assertThat(record.getReason()).isNotBlank();
                                assertThat(record.getTopic())
                                        .isEqualTo(cluster.topics.solverOutputs());
                                assertThat(record.getOffset()).isNotNegative();
                                assertThat(record.getOriginalBytes()).isPositive();
                            });
        }
    }

    private static int sendBadRecords(TestCluster cluster) throws Exception {
        byte[] good = SyntheticStudy.encode(SyntheticStudy.output(99, 0));
        byte[] truncated = java.util.Arrays.copyOf(good, good.length - 20);
        byte[] foreign = good.clone();
        foreign[5] ^= 0x55;
        SolverOutput study = SyntheticStudy.output(99, 0);
        study.setStudy("another");
        SolverOutput shape = SyntheticStudy.output(99, 0);
        shape.getFields().get(0).setShape(List.of(2, 8));
        SolverOutput length = SyntheticStudy.output(99, 0);
        length.getFields().get(0).setData(ByteBuffer.allocate(60));
        SolverOutput notFinite = SyntheticStudy.output(99, 0);
        ByteBuffer data = notFinite.getFields().get(0).getData();
        data.putFloat(12, Float.NaN);
        SolverOutput step = SyntheticStudy.output(99, 0);
        step.setTimeStep(SyntheticStudy.STEPS);
        List<byte[]> records =
                List.of(
                        truncated,
                        foreign,
                        SyntheticStudy.encode(study),
                        SyntheticStudy.encode(shape),
                        SyntheticStudy.encode(length),
                        SyntheticStudy.encode(notFinite),
                        SyntheticStudy.encode(step),
                        new byte[(1 << 16) + 1]);
        for (byte[] record : records) {
            cluster.send(cluster.topics.solverOutputs(), "99", record);
        }
        return records.size();
    }

    @Test
    void theSurrogateLearnsFromALiveStream() throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 2, 2)) {
            JobID job = start(cluster, SyntheticStudy.continuous(), 2);
            SyntheticStudy.send(cluster, 0, 120);
            awaitInserts(cluster, 118L * SyntheticStudy.STEPS);
            cluster.awaitRecord(
                    cluster.topics.trainingReports(),
                    record -> decodeReport(record).getBatches() >= 2500);
            SyntheticStudy.sendEnsembleFinished(cluster);
            cluster.awaitEnd(job);
            Outcome outcome = outcome(cluster);
            assertThat(outcome.report().getValidationNormalisedRmse())
                    .isCloseTo(0.05, within(0.05));
            assertThat(outcome.model().getLast()).isTrue();
            assertThat(outcome.model().getWeightsSha256())
                    .isEqualTo(outcome.report().getWeightsSha256());
        }
    }
}
