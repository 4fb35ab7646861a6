package io.penstock.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.schemas.Phase;
import io.penstock.schemas.TrainingReport;
import io.penstock.training.ShardReports;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShardReportsTest {
    @Test
    void addsUpWhatTheShardsCount() {
        ShardReports reports =
                reports(
                        shard(0).setInserts(100).setReservoirSeen(30).setSamplesPerSecond(200.5),
                        shard(1).setInserts(250).setReservoirSeen(40).setSamplesPerSecond(100.25),
                        shard(2).setInserts(1).setReservoirSeen(5).setSamplesPerSecond(0));
        assertThat(reports.total(TrainingReport::getInserts)).isEqualTo(351);
        assertThat(reports.total(TrainingReport::getReservoirSeen)).isEqualTo(75);
        assertThat(reports.samplesPerSecond()).isEqualTo(300.75);
    }

    @Test
    void isWhereTheSlowestShardIs() {
        ShardReports reports =
                reports(
                        shard(0).setPhase(Phase.FINISHED),
                        shard(1).setPhase(Phase.TRAINING),
                        shard(2).setPhase(Phase.DRAINING));
        assertThat(reports.phase()).isEqualTo(Phase.TRAINING);
        assertThat(reports.areFinished()).isFalse();
    }

    @Test
    void takesASilentShardForOneThatFills() {
        ShardReports reports =
                reports(shard(0).setPhase(Phase.FINISHED), shard(2).setPhase(Phase.FINISHED));
        assertThat(reports.shards()).isEqualTo(3);
        assertThat(reports.phase()).isEqualTo(Phase.FILLING);
        assertThat(reports.areFinished()).isFalse();
    }

    @Test
    void areFinishedWhenEveryShardIs() {
        ShardReports reports =
                reports(
                        shard(0).setPhase(Phase.FINISHED),
                        shard(1).setPhase(Phase.FINISHED),
                        shard(2).setPhase(Phase.FINISHED));
        assertThat(reports.areFinished()).isTrue();
    }

    @Test
    void averagesTheLossOverTheBatchesOfTheIntervals() {
        ShardReports reports =
                reports(
                        shard(0).setLoss(0.2).setBatchesPerSecond(30).setIntervalSeconds(1),
                        shard(1).setLoss(0.6).setBatchesPerSecond(20).setIntervalSeconds(0.5),
                        shard(2).setLoss(null).setBatchesPerSecond(0).setIntervalSeconds(1));
        assertThat(reports.loss()).hasValueSatisfying(isCloseTo((30 * 0.2 + 10 * 0.6) / 40));
    }

    private static Consumer<Double> isCloseTo(double expected) {
        return value -> assertThat(value).isCloseTo(expected, within(1e-12));
    }

    @Test
    void hasNoLossWhenNoShardTrained() {
        assertThat(reports(shard(0), shard(1)).loss()).isEmpty();
    }

    @Test
    void findsTheValidationWhicheverShardReportsIt() {
        ShardReports reports =
                reports(shard(0), shard(1).setValidationBatch(200L).setValidationLoss(0.5));
        assertThat(reports.validated())
                .hasValueSatisfying(report -> assertThat(report.getShard()).isEqualTo(1));
        assertThat(reports(shard(0), shard(1)).validated()).isEmpty();
    }

    @Test
    void countsARoundThatOneShardHasBeenThrough() {
        assertThat(reports(shard(0).setRounds(6), shard(1).setRounds(7)).rounds()).isEqualTo(7);
    }

    @Test
    void knowNothingBeforeTheFirstReport() {
        ShardReports none = new TrainingHistory().latest();
        assertThat(none.isEmpty()).isTrue();
        assertThat(none.shards()).isZero();
        assertThat(none.areFinished()).isFalse();
        assertThat(none.loss()).isEmpty();
    }

    private static TrainingReport.Builder shard(int shard) {
        return SampleRun.report(1, 10).setShard(shard).setShards(3);
    }

    private static ShardReports reports(TrainingReport.Builder... shards) {
        return new ShardReports(Stream.of(shards).map(TrainingReport.Builder::build).toList());
    }
}
