package io.penstock.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
        assertThat(history.latest()).extracting(TrainingReport::getBatches).containsExactly(28L);
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
        assertThat(history.latest()).extracting(TrainingReport::getBatches).containsExactly(30L);
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
    void keepsTheHistogramOfTheLastReport() {
        history.add(SampleRun.report(1, 1).setDrawsPerSample(List.of(0L, 1L)).build());
        history.add(SampleRun.report(2, 2).setDrawsPerSample(List.of(0L, 1L, 2L)).build());
        assertThat(history.latest().iterator().next().getDrawsPerSample())
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
    void weighsValidationErrorsByTheirSamples() {
        history.add(validation(0, 300, 4, 0.1));
        history.add(validation(1, 100, 8, 0.3));
        RunReport.Validation validation = history.totals().validation();
        assertThat(validation.mse()).isCloseTo(5, within(1e-12));
        assertThat(validation.rmse()).isCloseTo(Math.sqrt(5), within(1e-12));
        assertThat(validation.normalisedRmse()).isCloseTo(Math.sqrt(0.03), within(1e-12));
    }

    @Test
    void dividesTheCountersByTheTimeThatTheReportsCover() {
        history.add(SampleRun.report(1, 10).setIntervalSeconds(2).setInserts(30).build());
        history.add(SampleRun.report(3, 30).setIntervalSeconds(4).setInserts(90).build());
        assertThat(history.totals().throughput())
                .isEqualTo(new RunReport.Throughput(50.0, 5.0, 15.0));
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
                                new RunReport.Checkpoints(null, null, null)));
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

    private static TrainingReport validation(int shard, long samples, double mse, double error) {
        return SampleRun.report(1, 1)
                .setShard(shard)
                .setValidationSamples(samples)
                .setValidationMse(mse)
                .setValidationNormalisedRmse(error)
                .build();
    }
}
