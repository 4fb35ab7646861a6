package io.penstock.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.schemas.TrainingReport;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingHistoryTest {
    private final TrainingHistory history = new TrainingHistory();

    @Test
    void keepsReportsInOrder() {
        add(1, 0);
        add(2, 0);
        add(3, 10);
        assertThat(batches()).containsExactly(0L, 0L, 10L);
    }

    @Test
    void forgetsWhatWasRolledBack() {
        add(1, 10);
        add(2, 20);
        add(3, 30);
        // A restart from the checkpoint at 15 batches.
        add(8, 18);
        add(9, 28);
        assertThat(batches()).containsExactly(10L, 18L, 28L).isSorted();
        assertThat(history.latest().reports())
                .extracting(TrainingReport::getBatches)
                .containsExactly(28L);
    }

    @Test
    void forgetsInsertsThatWereRolledBackBeforeTheFirstBatch() {
        history.add(SampleRun.report(1, 0).setInserts(100).build());
        history.add(SampleRun.report(2, 0).setInserts(200).build());
        history.add(SampleRun.report(7, 0).setInserts(150).build());
        assertThat(history.rows())
                .extracting(TrainingReport::getInserts)
                .containsExactly(100L, 150L);
    }

    @Test
    void passesOverAReportThatComesTwice() {
        add(1, 10);
        add(2, 20);
        add(1, 10);
        add(2, 20);
        add(3, 30);
        assertThat(batches()).containsExactly(10L, 20L, 30L);
        assertThat(history.latest().reports())
                .extracting(TrainingReport::getBatches)
                .containsExactly(30L);
    }

    @Test
    void keepsShardsApart() {
        history.add(SampleRun.report(1, 100).setShard(0).build());
        history.add(SampleRun.report(2, 10).setShard(1).build());
        history.add(SampleRun.report(3, 110).setShard(0).build());
        assertThat(batches()).containsExactly(100L, 10L, 110L);
        assertThat(history.totals().batches()).isEqualTo(120);
    }

    @Test
    void forgetsWhatWasRolledBackOfEveryShard() {
        for (int second = 1; second <= 4; second++) {
            addShard(0, second, 10L * second, second);
            addShard(1, second, 20L * second, second);
        }
        // A restart from the checkpoint in the third second; shard 1 is the first to report.
        addShard(1, 9, 55, 2);
        assertThat(batches(1)).containsExactly(20L, 40L, 55L);
        assertThat(batches(0)).as("has said nothing yet").containsExactly(10L, 20L, 30L, 40L);
        addShard(0, 9, 25, 2);
        addShard(1, 10, 75, 3);
        addShard(0, 10, 35, 3);
        assertThat(batches(0)).containsExactly(10L, 20L, 25L, 35L);
        assertThat(batches(1)).containsExactly(20L, 40L, 55L, 75L);
        assertThat(history.totals().batches()).isEqualTo(35 + 75);
        assertThat(history.rows())
                .extracting(TrainingReport::getShard)
                .containsExactly(0, 1, 0, 1, 0, 1, 0, 1);
    }

    @Test
    void forgetsRoundsThatWereRolledBackOfAShardWithNothingToTrainOn() {
        addShard(1, 1, 50, 4);
        addShard(1, 2, 50, 5);
        addShard(1, 3, 50, 6);
        addShard(1, 8, 50, 5);
        assertThat(history.rows())
                .extracting(TrainingReport::getRounds)
                .containsExactly(4L, 5L, 5L);
    }

    @Test
    void passesOverReportsOfShardsThatComeTwice() {
        for (int time = 0; time < 2; time++) {
            addShard(0, 1, 10, 1);
            addShard(1, 1, 20, 1);
            addShard(0, 2, 20, 2);
            addShard(1, 2, 40, 2);
        }
        assertThat(batches(0)).containsExactly(10L, 20L);
        assertThat(batches(1)).containsExactly(20L, 40L);
    }

    @Test
    void keepsTheHistogramOfTheLastReport() {
        history.add(SampleRun.report(1, 1).setDrawsPerSample(List.of(0L, 1L)).build());
        history.add(SampleRun.report(2, 2).setDrawsPerSample(List.of(0L, 1L, 2L)).build());
        assertThat(history.latest().reports().get(0).getDrawsPerSample())
                .containsExactly(0L, 1L, 2L);
    }

    @Test
    void addsUpDrawsOfAllShards() {
        history.add(draws(0, List.of(0L, 2L, 1L), 4, 1, 2));
        history.add(draws(1, List.of(0L, 0L, 1L), 5, 5, 5));
        history.add(draws(2, List.of(), 0, 0, 0));
        assertThat(history.totals().drawsPerSample())
                .isEqualTo(new RunReport.DrawsPerSample(9 / 4.0, 1L, 5L));
    }

    @Test
    void takesTheValidationThatOneShardReportsForAll() {
        history.add(SampleRun.report(1, 1).setShard(1).setValidationSamples(100).build());
        history.add(
                SampleRun.report(1, 1)
                        .setShard(0)
                        .setValidationSamples(300)
                        .setValidationBatch(1L)
                        .setValidationMse(4.0)
                        .setValidationNormalisedRmse(0.3)
                        .build());
        assertThat(history.totals().validation())
                .isEqualTo(new RunReport.Validation(4.0, 2.0, 0.3));
    }

    @Test
    void dividesTheCountersByTheTimeThatTheReportsCover() {
        history.add(SampleRun.report(1, 10).setIntervalSeconds(2).setInserts(30).build());
        history.add(SampleRun.report(3, 30).setIntervalSeconds(4).setInserts(90).build());
        assertThat(history.totals().throughput())
                .isEqualTo(new RunReport.Throughput(50.0, 5.0, 15.0));
    }

    @Test
    void addsUpWhatTheShardsDoAtTheSameTime() {
        for (int shard = 0; shard < 3; shard++) {
            history.add(
                    SampleRun.report(4, 10L * shard)
                            .setShard(shard)
                            .setIntervalSeconds(4)
                            .setInserts(20)
                            .build());
        }
        assertThat(history.totals().throughput())
                .isEqualTo(new RunReport.Throughput(75.0, 7.5, 15.0));
    }

    @Test
    void knowsNothingWithoutReports() {
        assertThat(history.isEmpty()).isTrue();
        assertThat(history.totals())
                .isEqualTo(
                        new RunReport.Training(
                                null,
                                new RunReport.DrawsPerSample(null, null, null),
                                new RunReport.Validation(null, null, null),
                                new RunReport.Throughput(null, null, null),
                                new RunReport.Checkpoints(null, null, null),
                                null));
    }

    @Test
    void doesNotKnowTheSizeOfACheckpointThatWasNotTaken() {
        history.add(SampleRun.report(1, 1).setCheckpoints(0).setLastCheckpointBytes(0).build());
        assertThat(history.totals().checkpoints())
                .isEqualTo(new RunReport.Checkpoints(0L, null, 12.25));
    }

    private void add(int second, long batches) {
        history.add(SampleRun.report(second, batches).setInserts(100).build());
    }

    private void addShard(int shard, int second, long batches, long rounds) {
        history.add(
                SampleRun.report(second, batches)
                        .setShard(shard)
                        .setShards(2)
                        .setInserts(100)
                        .setValidationSamples(20)
                        .setRounds(rounds)
                        .build());
    }

    private List<Long> batches(int shard) {
        return history.rows().stream()
                .filter(row -> row.getShard() == shard)
                .map(TrainingReport::getBatches)
                .toList();
    }

    private List<Long> batches() {
        return history.rows().stream().map(TrainingReport::getBatches).toList();
    }

    private static TrainingReport draws(
            int shard, List<Long> histogram, long total, long min, long max) {
        return SampleRun.report(1, 1)
                .setShard(shard)
                .setDrawsPerSample(histogram)
                .setDrawsTotal(total)
                .setDrawsMin(min)
                .setDrawsMax(max)
                .build();
    }
}
