package io.penstock.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.ShardProgress;
import io.penstock.schemas.ShardWeights;
import io.penstock.schemas.ShardWeightsKind;
import io.penstock.schemas.TrainingReport;
import io.penstock.surrogate.MlpSpec;
import io.penstock.training.StudySpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several shards against a real broker, on a real Flink. */
class ShardsITCase {
    private static final int SIMULATIONS = 42;
    private static final long TRAINED = (SIMULATIONS - 2L) * SyntheticStudy.STEPS;
    private static final Duration PATIENT = Duration.ofMinutes(5);

    @TempDir Path folder;

    private static StudySpec counted(int shards) {
        return SyntheticStudy.sharded(
                SyntheticStudy.counted(), shards, SyntheticStudy.merge(PATIENT));
    }

    private static long sum(ShardedRun run, ToLongFunction<TrainingReport> value) {
        return run.lastReports().stream().mapToLong(value).sum();
    }

    private static void assertEverySampleCounted(ShardedRun run, int repeatedSimulations) {
        assertThat(sum(run, TrainingReport::getInserts)).isEqualTo(TRAINED);
        assertThat(sum(run, TrainingReport::getValidationSamples))
                .isEqualTo(2L * SyntheticStudy.STEPS);
        assertThat(sum(run, TrainingReport::getDuplicates))
                .isEqualTo((long) repeatedSimulations * SyntheticStudy.STEPS);
        assertThat(sum(run, TrainingReport::getLostReferences)).isZero();
    }

    @Test
    void twoShardsEndWithTheSameModelThoughTaskManagersAreLost() throws Exception {
        String calm = run(folder.resolve("calm"), false);
        assertThat(run(folder.resolve("stormy"), true)).isEqualTo(calm);
    }

    private String run(Path where, boolean failures) throws Exception {
        try (TestCluster cluster = new TestCluster(where, 1, 2)) {
            ShardedRun run = ShardedRun.start(cluster, where, counted(2), "run", null);
            int sent = 0;
            for (int stop : new int[] {13, 22, 31}) {
                SyntheticStudy.send(cluster, sent, stop);
                sent = stop;
                if (failures) {
                    // At whatever moment of a round it happens to be.
                    run.await(0, report -> report.getCheckpoints() > 0);
                    cluster.flink.terminateTaskManager(0).get();
                    cluster.flink.startTaskManager();
                }
            }
            SyntheticStudy.send(cluster, 5, 6);
            SyntheticStudy.send(cluster, sent, SIMULATIONS);
            SyntheticStudy.sendEnsembleFinished(cluster);
            run.awaitEnd();
            assertEverySampleCounted(run, 1);
            assertOneModel(run);
            return run.finalWeights();
        }
    }

    private static void assertOneModel(ShardedRun run) throws Exception {
        List<TrainingReport> reports = run.lastReports();
        assertThat(reports)
                .extracting(TrainingReport::getRounds)
                .containsOnly(reports.get(0).getRounds());
        assertThat(reports.get(0).getRounds()).isGreaterThan(5);
        assertThat(reports.get(0).getValidationBatch()).isNotNull();
        assertThat(reports.get(1).getValidationBatch()).as("reported once").isNull();
        List<ModelUpdate> models = run.models();
        assertThat(models).extracting(ModelUpdate::getVersion).isSorted().doesNotHaveDuplicates();
        ModelUpdate last = models.get(models.size() - 1);
        assertThat(last.getShardProgress())
                .extracting(ShardProgress::getShard)
                .containsExactly(0, 1);
        for (int shard = 0; shard < 2; shard++) {
            assertThat(last.getShardProgress().get(shard).getSamplesTrained())
                    .isEqualTo(reports.get(shard).getSamplesTrained());
        }
    }

    /** Samples of one shard of two only. */
    private static void sendToShardZero(TestCluster cluster, int from, int to) throws Exception {
        for (int simulation = from; simulation < to; simulation++) {
            for (int step = simulation % 2; step < SyntheticStudy.STEPS; step += 2) {
                cluster.send(
                        cluster.topics.solverOutputs(),
                        Integer.toString(simulation),
                        SyntheticStudy.encode(SyntheticStudy.output(simulation, step)));
            }
        }
    }

    @Test
    void checkpointsCompleteAndSamplesAreTakenInWhileAShardWaits() throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 1, 2)) {
            ShardedRun run = ShardedRun.start(cluster, folder, counted(2), "run", null);
            sendToShardZero(cluster, 0, SIMULATIONS);
            run.await(0, report -> report.getBacklog() > 0);
            long before = run.lastReports().get(0).getCheckpoints();
            run.await(
                    0, report -> report.getCheckpoints() >= before + 3 && report.getBacklog() > 0);
            assertThat(run.lastReports().get(0).getBatches()).as("it waits").isEqualTo(20);
            // Goes on as if nothing had been, and drops what comes again.
            SyntheticStudy.send(cluster, 0, SIMULATIONS);
            SyntheticStudy.sendEnsembleFinished(cluster);
            run.awaitEnd();
            assertThat(run.finalWeights()).isNotNull();
            assertThat(sum(run, TrainingReport::getInserts)).isEqualTo(TRAINED);
            assertThat(sum(run, TrainingReport::getDuplicates))
                    .isEqualTo(SIMULATIONS * SyntheticStudy.STEPS / 2L);
        }
    }

    @Test
    void aShardWithoutDataDoesNotHoldUpTheOther() throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 1, 2)) {
            StudySpec impatient =
                    SyntheticStudy.sharded(
                            SyntheticStudy.continuous(),
                            2,
                            SyntheticStudy.merge(Duration.ofMillis(200)));
            ShardedRun run = ShardedRun.start(cluster, folder, impatient, "run", null);
            sendToShardZero(cluster, 0, SIMULATIONS);
            run.await(0, report -> report.getRounds() >= 5);
            run.await(1, report -> report.getEarlyContributions() >= 5);
            SyntheticStudy.sendEnsembleFinished(cluster);
            run.awaitEnd();
            assertThat(run.finalWeights()).isNotNull();
            assertThat(sum(run, TrainingReport::getInserts)).isEqualTo(TRAINED / 2);
        }
    }

    @Test
    void whatDoesNotBelongIntoARoundIsRefusedAndReported() throws Exception {
        String calm = run(folder.resolve("calm"), false);
        Path where = folder.resolve("disturbed");
        try (TestCluster cluster = new TestCluster(where, 1, 2)) {
            String log = cluster.topics.shardWeights();
            ShardWeights foreign = foreign();
            cluster.send(log, "garbage", new byte[] {1, 2, 3});
            cluster.send(log, "another study", encode(with(foreign, "study", "another")));
            cluster.send(log, "another run", encode(with(foreign, "run", "another")));
            cluster.send(log, "model", encode(with(foreign, "architecture", "MLP 2 [7] 16")));
            cluster.send(log, "shards", encode(with(foreign, "shards", 3)));
            cluster.send(log, "wrong checksum", encode(with(foreign, "checksum", 99)));
            ShardedRun run = ShardedRun.start(cluster, where, counted(2), "run", null);
            SyntheticStudy.send(cluster, 0, 31);
            SyntheticStudy.send(cluster, 5, 6);
            SyntheticStudy.send(cluster, 31, SIMULATIONS);
            SyntheticStudy.sendEnsembleFinished(cluster);
            run.awaitEnd();
            assertThat(run.finalWeights()).isEqualTo(calm);
            assertThat(run.lastReports())
                    .extracting(TrainingReport::getRefusedContributions)
                    .containsExactly(3L, 3L);
        }
    }

    /** A contribution of shard 1 to the first round that looks right. */
    private static ShardWeights foreign() {
        int floats = (2 + 1) * 32 + (32 + 1) * 32 + (32 + 1) * SyntheticStudy.CELLS;
        return ShardWeights.newBuilder()
                .setStudy(SyntheticStudy.NAME)
                .setRun("run")
                .setKind(ShardWeightsKind.CONTRIBUTION)
                .setArchitecture("MLP 2 [32, 32] 16")
                .setShards(2)
                .setShard(1)
                .setRound(0)
                .setContribution(77)
                .setSamples(10)
                .setData(ByteBuffer.allocate(floats * Float.BYTES))
                .build();
    }

    private static ShardWeights with(ShardWeights record, String field, Object value) {
        ShardWeights copy = ShardWeights.newBuilder(record).build();
        copy.put(field, value);
        return copy;
    }

    private static byte[] encode(ShardWeights record) throws Exception {
        ByteBuffer bytes = ShardWeights.getEncoder().encode(record);
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "4, 2"})
    void anotherNumberOfShardsGoesOnWithWhatTheFormerLeft(int before, int after) throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 1, Math.max(before, after))) {
            ShardedRun former = ShardedRun.start(cluster, folder, counted(before), "former", null);
            SyntheticStudy.send(cluster, 0, 38);
            former.await(0, report -> report.getBatches() > 20);
            String savepoint = former.stop();
            List<TrainingReport> left = former.lastReports();

            ShardedRun heirs =
                    ShardedRun.start(cluster, folder, counted(after), "heirs", savepoint);
            SyntheticStudy.send(cluster, 10, SIMULATIONS);
            SyntheticStudy.sendEnsembleFinished(cluster);
            heirs.awaitEnd();
            List<TrainingReport> last =
                    heirs.lastReports().stream()
                            .filter(report -> report.getShards() == after)
                            .toList();
            assertThat(last).hasSize(after);
            assertThat(last)
                    .extracting(TrainingReport::getWeightsSha256)
                    .doesNotContainNull()
                    .containsOnly(last.get(0).getWeightsSha256());
            assertThat(last.stream().mapToLong(TrainingReport::getDuplicates).sum())
                    .isEqualTo(28L * SyntheticStudy.STEPS);
            assertThat(last.stream().mapToLong(TrainingReport::getLostReferences).sum()).isZero();
            assertThat(last.stream().mapToLong(TrainingReport::getValidationSamples).sum())
                    .isEqualTo(2L * SyntheticStudy.STEPS);
            assertThat(last.stream().mapToLong(TrainingReport::getBatches).sum())
                    .isGreaterThan(left.stream().mapToLong(TrainingReport::getBatches).sum());
        }
    }

    /** 100 MB of weights, in chunks of 2 MiB. */
    @Test
    void aModelAboveTheRecordLimitIsMergedInChunks() throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 1, 2)) {
            StudySpec one = counted(2);
            StudySpec large =
                    SyntheticStudy.with(
                            one, new MlpSpec(List.of(5000, 5000)), 2, one.training().merge());
            ShardedRun run = ShardedRun.start(cluster, folder, large, "run", null);
            SyntheticStudy.send(cluster, 0, 12);
            SyntheticStudy.sendEnsembleFinished(cluster);
            run.awaitEnd();
            assertThat(run.finalWeights()).isNotNull();
            ModelUpdate model = run.models().get(run.models().size() - 1);
            assertThat(model.getWeightsBytes()).isGreaterThan(100_000_000);
            assertThat(model.getWeightsUri()).isNotNull();
            assertThat(run.lastReports().get(0).getRounds()).isGreaterThanOrEqualTo(2);
        }
    }
}
