package io.penstock.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.report.Sharding.Merging;
import io.penstock.report.Sharding.Shard;
import io.penstock.schemas.TrainingReport;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ShardingTest {
    private final TrainingHistory history = new TrainingHistory();

    @Test
    void saysWhatEachOfTwoShardsDid() {
        history.add(report(0, 1, 4).setMergeMillis(100).build());
        history.add(report(0, 2, 9).setMergeMillis(500).setDuplicates(7).build());
        history.add(report(1, 2, 8).setMergeMillis(300).setIntervalSeconds(4).build());
        assertThat(sharding().perShard())
                .containsExactly(
                        new Shard(0, 90, 900, 120, 7, 9, 0.25),
                        new Shard(1, 80, 800, 120, 0, 8, 0.075));
        assertThat(sharding().merging()).isEqualTo(new Merging(9, 0.8 / 6, 0, 0));
    }

    @Test
    void addsUpEarlyContributionsButCountsRefusedOnesOnce() {
        history.add(report(0, 1, 5).setEarlyContributions(1).setRefusedContributions(2).build());
        history.add(report(1, 1, 5).setEarlyContributions(4).setRefusedContributions(2).build());
        history.add(report(2, 1, 5).setEarlyContributions(0).setRefusedContributions(1).build());
        assertThat(sharding().merging()).isEqualTo(new Merging(5, 0.0, 5, 2));
    }

    @Test
    void addsUpTheTimeOfEveryAttemptOfTheJob() {
        for (int shard = 0; shard < 2; shard++) {
            history.add(report(shard, 1, 3).setMergeMillis(200).setCheckpoints(1).build());
            history.add(report(shard, 2, 6).setMergeMillis(500).setCheckpoints(2).build());
            // Rolled back, and the time with it.
            history.add(report(shard, 3, 9).setMergeMillis(900).setCheckpoints(2).build());
            history.add(report(shard, 8, 7).setMergeMillis(600).setCheckpoints(0).build());
            history.add(report(shard, 9, 8).setMergeMillis(700).setCheckpoints(1).build());
        }
        assertThat(sharding().merging().timeShare()).isCloseTo((0.5 + 0.7) / 4, within(1e-12));
        assertThat(sharding().merging().rounds()).isEqualTo(8);
    }

    @Test
    void namesTheShardsThatHaveReportedOnly() {
        history.add(report(1, 1, 0).setShards(3).build());
        assertThat(sharding().perShard()).extracting(Shard::shard).containsExactly(1);
    }

    @Test
    void isNothingToSpeakOfWithOneShard() {
        assertThat(history.totals().sharding()).isNull();
        history.add(SampleRun.report(1, 10).build());
        assertThat(history.totals().sharding()).isNull();
    }

    private Sharding sharding() {
        return Objects.requireNonNull(history.totals().sharding());
    }

    /** A shard that has trained ten batches a round. */
    private static TrainingReport.Builder report(int shard, int second, long rounds) {
        return SampleRun.report(second, 10 * rounds)
                .setShard(shard)
                .setShards(2)
                .setInserts(120)
                .setValidationSamples(8)
                .setRounds(rounds);
    }
}
