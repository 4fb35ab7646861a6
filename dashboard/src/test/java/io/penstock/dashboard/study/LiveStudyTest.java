package io.penstock.dashboard.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.dashboard.series.Column;
import io.penstock.dashboard.series.ShardSeries;
import io.penstock.dashboard.study.LiveStudy.Increment;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.Phase;
import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.RejectionCause;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import io.penstock.schemas.TrainingReport;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LiveStudyTest {
    private Surroundings surroundings = Surroundings.UNKNOWN;
    private final LiveStudy study = new LiveStudy("heat", () -> surroundings);

    private void report(TrainingReport.Builder report) {
        study.report(report.build(), true);
    }

    private double[] column(Column column) {
        List<ShardSeries> series = study.series(0, Double.MAX_VALUE, 1000);
        return series.get(0).columns()[column.ordinal()];
    }

    private @Nullable String stale(long second) {
        return study.state(1000 * second).stale().job();
    }

    @Test
    void knowsNothingBeforeTheFirstReport() {
        StateView state = study.state(5);
        assertThat(state.run()).isNull();
        assertThat(state.totals().batches()).isNull();
        assertThat(state.shards()).isEmpty();
        assertThat(study.line(5).live()).isFalse();
        assertThat(study.line(5).lastReport()).isNull();
        assertThat(study.series(0, Double.MAX_VALUE, 100)).isEmpty();
    }

    @Test
    void saysThatAJobIsSilentUntilItReportsAgain() {
        report(Reports.at(100, 5));
        assertThat(stale(110)).isNull();
        assertThat(stale(114)).isEqualTo("no report for 14 s");
        assertThat(study.line(109_000).live()).isTrue();
        assertThat(study.line(114_000).live()).isFalse();
        report(Reports.at(115, 6));
        assertThat(stale(116)).isNull();
    }

    @Test
    void waitsLongerForAJobThatReportsSeldom() {
        report(Reports.at(100, 5).setIntervalSeconds(60));
        assertThat(stale(250)).isNull();
        assertThat(stale(300)).isEqualTo("no report for 200 s");
    }

    @Test
    void namesTheShardThatIsSilent() {
        report(Reports.at(100, 5).setShards(2));
        report(Reports.at(90, 5).setShards(2).setShard(1));
        assertThat(stale(105)).isEqualTo("no report of shard 1 for 15 s");
    }

    @Test
    void doesNotMissReportsOfATrainingThatHasFinished() {
        report(Reports.at(100, 5).setPhase(Phase.FINISHED));
        assertThat(stale(1000)).isNull();
    }

    @Test
    void forgetsReportsOfAnAttemptThatWasRolledBack() {
        for (int i = 0; i <= 50; i++) {
            report(Reports.at(100 + i, 10L * i));
        }
        report(Reports.at(160, 300));
        assertThat(column(Column.BATCHES)).hasSize(32).endsWith(290, 300, 300);
        assertThat(study.state(0).run()).isEqualTo(99_000);
    }

    @Test
    void showsOnlyTheNewestRunOfAStudyThatIsRunAgain() {
        for (int i = 0; i <= 50; i++) {
            report(Reports.at(100 + i, 10L * i));
        }
        report(Reports.at(151, 500).setPhase(Phase.FINISHED));
        report(Reports.at(900, 0));
        report(Reports.at(901, 10));
        assertThat(column(Column.BATCHES)).containsExactly(0, 10);
        assertThat(column(Column.TIME)).containsExactly(900_000, 901_000);
        assertThat(study.state(0).run()).isEqualTo(899_000);
    }

    @Test
    void forgetsShardsThatTheNewestRunDoesNotHave() {
        report(Reports.at(100, 50).setShards(2));
        report(Reports.at(100, 50).setShards(2).setShard(1));
        report(Reports.at(900, 0));
        assertThat(study.state(0).shards()).hasSize(1);
        assertThat(study.line(0).shards()).isEqualTo(1);
    }

    @Test
    void passesOverAReportThatIsToldTwice() {
        report(Reports.at(100, 5));
        report(Reports.at(100, 5));
        assertThat(column(Column.BATCHES)).containsExactly(5);
    }

    @Test
    void pushesOnlyWhatIsNewAndSaysWhenRowsWereTakenBack() {
        report(Reports.at(100, 10));
        Increment first = study.since(null, 100);
        assertThat(first.isWhole()).isTrue();
        assertThat(batches(first)).containsExactly(10);
        assertThat(study.since(first, 100).shards()).isEmpty();

        report(Reports.at(101, 20));
        report(Reports.at(101, 30));
        Increment fresh = study.since(first, 100);
        assertThat(fresh.isWhole()).isFalse();
        assertThat(batches(fresh)).containsExactly(20, 30);

        report(Reports.at(103, 25));
        Increment anew = study.since(fresh, 100);
        assertThat(anew.isWhole()).isTrue();
        assertThat(batches(anew)).containsExactly(10, 20, 25);
    }

    @Test
    void pushesEverythingThinnedWhenManyRowsCame() {
        report(Reports.at(100, 1));
        Increment last = study.since(null, 10);
        int told = 0;
        for (int i = 2; i <= 21; i++) {
            report(Reports.at(100 + i, i));
            last = study.since(last, 10);
            told += last.isWhole() ? 0 : batches(last).length;
        }
        assertThat(told).isEqualTo(20);
        report(Reports.at(200, 22));
        last = study.since(last, 10);
        assertThat(last.isWhole()).isTrue();
        assertThat(batches(last)).hasSizeLessThanOrEqualTo(10).endsWith(22);
        report(Reports.at(201, 23));
        last = study.since(last, 10);
        assertThat(last.isWhole()).isFalse();
        assertThat(batches(last)).containsExactly(23);
    }

    @Test
    void pushesEverythingWhenARunWithFewerShardsBegan() {
        for (int shard = 0; shard < 2; shard++) { // Shard 1 was rolled back twice.
            for (long batches : new long[] {10, 20, 15, 25, 18}) {
                long time = 100 + batches;
                report(Reports.at(time, shard == 0 ? time : batches).setShards(2).setShard(shard));
            }
        }
        Increment last = study.since(null, 100);
        report(Reports.at(900, 0));
        Increment next = study.since(last, 100);
        assertThat(next.isWhole()).isTrue();
        assertThat(next.shards()).hasSize(1);
        assertThat(batches(next)).containsExactly(0);
    }

    private static double[] batches(Increment increment) {
        return increment.shards().get(0).columns()[Column.BATCHES.ordinal()];
    }

    @Test
    void knowsHowManyRecordsAreNotYetTakenIn() {
        surroundings = new Surroundings(null, 130, 4);
        report(Reports.at(100, 20).setValidationSamples(7).setDuplicates(2));
        reject(100, 5);
        assertThat(study.state(0).totals().lag()).isEqualTo(130.0 - 100 - 7 - 2 - 1);
        event(EventKind.ENSEMBLE_FINISHED, -1, 1, 101);
        assertThat(study.state(0).totals().lag()).isEqualTo(130.0 - 100 - 7 - 2 - 1 - 4);
    }

    @Test
    void countsOnBehindARunThatWasTrainedToItsEndButNotBehindOneThatBrokeOff() {
        surroundings = new Surroundings(null, 300, 0);
        report(Reports.at(100, 20).setPhase(Phase.FINISHED));
        report(Reports.at(200, 10));
        assertThat(study.state(0).totals().lag()).isEqualTo(300.0 - 100 - 50);
        report(Reports.at(300, 0));
        assertThat(study.state(0).totals().lag()).isNaN();
    }

    @Test
    void countsRejectionsOfTheNewestRunOnceEach() {
        report(Reports.at(100, 20).setPhase(Phase.FINISHED));
        reject(100, 5);
        reject(100, 5);
        reject(100, 6);
        assertThat(study.state(0).rejected().total()).isEqualTo(2);
        reject(900, 7); // Of the next run, told before its first report.
        report(Reports.at(901, 0).setIntervalSeconds(2));
        assertThat(study.state(0).rejected().total()).isEqualTo(1);
        assertThat(study.state(0).rejected().latest()).hasSize(1);
    }

    private void reject(long second, long offset) {
        study.rejected(
                RejectedSample.newBuilder()
                        .setStudy("heat")
                        .setCause(RejectionCause.NOT_FINITE)
                        .setReason("a value is NaN; allowed: finite 32-bit floats")
                        .setTopic("solver-outputs")
                        .setPartition(0)
                        .setOffset(offset)
                        .setOriginalBytes(0)
                        .setOriginal(ByteBuffer.allocate(0))
                        .setTimestampMillis(1000 * second)
                        .build());
    }

    @Test
    void followsASimulationThroughItsAttempts() {
        request(7, 1, 10);
        assertThat(state()).isEqualTo("W");
        event(EventKind.STARTED, 7, 1, 11);
        assertThat(state()).isEqualTo("R");
        event(EventKind.FAILED, 7, 1, 12);
        assertThat(state()).isEqualTo("X");
        request(7, 2, 13);
        assertThat(state()).isEqualTo("W");
        event(EventKind.HEARTBEAT, 7, 1, 12); // Overtaken by the request.
        event(EventKind.STARTED, 7, 2, 14);
        event(EventKind.FINISHED, 7, 2, 15);
        assertThat(state()).isEqualTo("F");
        assertThat(study.ensemble().attempt()).containsExactly(2);
    }

    @Test
    void takesAnEventThatComesBeforeTheRequestItFollows() {
        event(EventKind.STARTED, 7, 1, 11);
        event(EventKind.FINISHED, 7, 1, 12);
        request(7, 1, 10);
        assertThat(state()).isEqualTo("F");
    }

    @Test
    void beginsASimulationAgainThatTheNextRunAsksFor() {
        request(7, 1, 10);
        event(EventKind.STARTED, 7, 1, 11);
        event(EventKind.FINISHED, 7, 1, 12);
        request(7, 1, 500);
        assertThat(state()).isEqualTo("W");
    }

    private String state() {
        return study.ensemble().state();
    }

    private void request(long simulation, int attempt, long second) {
        study.request(
                SimulationRequest.newBuilder()
                        .setStudy("heat")
                        .setSimulation(simulation)
                        .setAttempt(attempt)
                        .setParameters(List.of(1.0))
                        .setProposedBy("halton")
                        .build(),
                1000 * second);
    }

    private void event(EventKind kind, long simulation, int attempt, long second) {
        study.event(
                SimulationEvent.newBuilder()
                        .setStudy("heat")
                        .setKind(kind)
                        .setSimulation(simulation)
                        .setAttempt(attempt)
                        .setExpectedSteps(10)
                        .setTimestampMillis(1000 * second)
                        .build(),
                1000 * second);
    }
}
