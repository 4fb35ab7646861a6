package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.sample.Sample;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.Phase;
import io.penstock.schemas.ShardProgress;
import io.penstock.schemas.ShardWeights;
import io.penstock.schemas.ShardWeightsKind;
import io.penstock.schemas.TrainingReport;
import io.penstock.training.ContributionLog;
import io.penstock.training.StudyFixture;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two subtasks of the training operator around one log, which the test writes and tells. */
class ShardedTrainingOperatorTest {
    private static final List<Sample> SAMPLES = StudyFixture.samples(12);

    @TempDir java.nio.file.Path models;

    private final List<TrainingHarness> shards = new ArrayList<>();
    private final int[] moved = new int[2];
    private final int[] told = new int[2];

    /** What the sinks wrote; static, as the log that an operator opens is shipped to it. */
    private static final List<ShardWeights> LOG = new ArrayList<>();

    private static final class NoExchange implements StateExchange {
        private static final long serialVersionUID = 1L;

        @Override
        public OutputStream send(int shards, int shard) {
            return new ByteArrayOutputStream();
        }

        @Override
        public List<InputStream> receive() {
            throw new AssertionError("the number of shards is the same");
        }
    }

    private static ContributionLog open() {
        return new ContributionLog() {
            @Override
            public ByteBuffer values(long offset) {
                return LOG.get((int) offset).getData();
            }

            @Override
            public void close() {}
        };
    }

    private TrainingHarness harness(int shard) throws Exception {
        return new TrainingHarness(
                new TrainingSettings(
                        StudyFixture.sharded(StudyFixture.counted(4), 2),
                        "run",
                        "solver-outputs",
                        new TrainingSettings.Logs(
                                () -> StudyFixture.log(SAMPLES, 0),
                                ShardedTrainingOperatorTest::open,
                                new NoExchange(),
                                new SharedLogsFixture()),
                        new ModelOutput(models.toUri().toString(), 2)),
                shard);
    }

    @BeforeEach
    void open2() throws Exception {
        LOG.clear();
        for (int shard = 0; shard < 2; shard++) {
            shards.add(harness(shard));
            shards.get(shard).open();
        }
    }

    @AfterEach
    void close() throws Exception {
        for (TrainingHarness shard : shards) {
            shard.close();
        }
    }

    /** Moves what an operator has said into the log. */
    private void collect(int shard) throws Exception {
        List<ShardWeights> said = shards.get(shard).contributions();
        LOG.addAll(said.subList(moved[shard], said.size()));
        moved[shard] = said.size();
    }

    private void tell(int shard) throws Exception {
        for (; told[shard] < LOG.size(); told[shard]++) {
            ShardWeights record = LOG.get(told[shard]);
            if (record.getKind() == ShardWeightsKind.CONTRIBUTION) {
                shards.get(shard).told(ShardWeightsRecords.chunk(record, told[shard]));
            } else {
                shards.get(shard).endLog();
            }
        }
    }

    private void give(int shard, int from, int to) throws Exception {
        for (Sample sample : SAMPLES.subList(from, to)) {
            if (sample.key().shard(2) == shard) {
                shards.get(shard).sample(sample);
            }
        }
        collect(shard);
    }

    /** Lets both work until neither has anything to do. */
    private void settle() throws Exception {
        int worked = 1;
        while (worked > 0) {
            worked = 0;
            for (int shard = 0; shard < 2; shard++) {
                tell(shard);
                worked += shards.get(shard).mails(Integer.MAX_VALUE);
                collect(shard);
            }
        }
    }

    private void finish() throws Exception {
        for (int shard = 0; shard < 2; shard++) {
            shards.get(shard).endSamples();
        }
        settle();
    }

    @Test
    void theLogEndsWhenEveryShardIsDrained() throws Exception {
        give(0, 0, SAMPLES.size());
        give(1, 0, SAMPLES.size());
        finish();
        List<TrainingReport> last = List.of(shards.get(0).lastReport(), shards.get(1).lastReport());
        assertThat(last).extracting(TrainingReport::getPhase).containsOnly(Phase.FINISHED);
        assertThat(last.get(0).getWeightsSha256())
                .isNotNull()
                .isEqualTo(last.get(1).getWeightsSha256());
        assertThat(LOG).filteredOn(r -> r.getKind() == ShardWeightsKind.END).hasSize(1);
        assertThat(LOG.get(LOG.size() - 1).getKind()).isEqualTo(ShardWeightsKind.END);
        assertThat(shards.get(1).models()).isEmpty();
        ModelUpdate model = shards.get(0).models().get(0);
        assertThat(model.getLast()).isTrue();
        assertThat(model.getWeightsSha256()).isEqualTo(last.get(0).getWeightsSha256());
        assertThat(model.getShardProgress())
                .extracting(ShardProgress::getBatches)
                .containsExactly(last.get(0).getBatches(), last.get(1).getBatches());
    }

    @Test
    void aCheckpointPublishesWhatTheLastRoundMade() throws Exception {
        give(0, 0, 120);
        shards.get(0).prepareSnapshotPreBarrier(1);
        shards.get(0).snapshot(1, 1);
        assertThat(shards.get(0).models()).as("no round yet").isEmpty();
        give(1, 0, 120);
        settle();
        give(0, 120, 160);
        shards.get(0).prepareSnapshotPreBarrier(2);
        shards.get(0).snapshot(2, 2);
        assertThat(shards.get(0).models()).hasSize(1);
        ModelUpdate model = shards.get(0).models().get(0);
        long rounds = shards.get(0).lastReport().getRounds();
        assertThat(rounds).isPositive();
        assertThat(model.getShardProgress())
                .allSatisfy(progress -> assertThat(progress.getBatches()).isEqualTo(10 * rounds));
    }

    @Test
    void aCheckpointWhileAShardWaitsIsRestored() throws Exception {
        give(0, 0, SAMPLES.size());
        give(1, 0, 100);
        settle();
        List<OperatorSubtaskState> states = new ArrayList<>();
        for (int shard = 0; shard < 2; shard++) {
            states.add(shards.get(shard).snapshot(7, 7));
        }
        give(1, 100, SAMPLES.size());
        finish();
        String uninterrupted = shards.get(0).lastReport().getWeightsSha256();

        int toldAtCheckpoint = LOG.size();
        for (int shard = 0; shard < 2; shard++) {
            shards.get(shard).close();
            shards.set(shard, harness(shard));
            shards.get(shard).initializeState(states.get(shard));
            shards.get(shard).open();
            moved[shard] = 0;
            told[shard] = 0; // Telling more than was new then does no harm.
        }
        assertThat(toldAtCheckpoint).isPositive();
        give(1, 100, SAMPLES.size());
        for (int shard = 0; shard < 2; shard++) {
            tell(shard); // To the end that the first attempt wrote.
            shards.get(shard).endSamples();
        }
        assertThat(shards.get(0).lastReport().getWeightsSha256()).isEqualTo(uninterrupted);
        assertThat(shards.get(1).lastReport().getWeightsSha256()).isEqualTo(uninterrupted);
    }

    @Test
    void aShardWithoutDataContributesWhenPatienceIsAtItsEnd() throws Exception {
        give(0, 0, SAMPLES.size());
        tell(1);
        shards.get(1).setProcessingTime(5_000);
        collect(1);
        assertThat(LOG).extracting(ShardWeights::getShard).doesNotContain(1);
        for (long now = 6_000; now < 20_000; now += 1_000) {
            shards.get(1).setProcessingTime(now);
        }
        collect(1);
        assertThat(LOG).extracting(ShardWeights::getShard).contains(1);
        settle();
        assertThat(shards.get(1).lastReport().getEarlyContributions()).isPositive();
    }
}
