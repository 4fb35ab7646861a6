package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.sample.Sample;
import io.penstock.schemas.ControlKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shards that are paused and given other learning rates, and fail. */
class ControlsTest {
    private static final List<Sample> SAMPLES = StudyFixture.samples(12);

    private final ControlsFixture controls = new ControlsFixture();

    private TrainingShard shard(StudyFixture fixture) {
        return new TrainingShard(
                fixture.spec(),
                0,
                new ShardLogs(
                        "run",
                        (chunk, values) -> {
                            throw new AssertionError("it is alone");
                        },
                        () -> {
                            throw new AssertionError("it is alone");
                        },
                        () -> StudyFixture.log(SAMPLES, 0),
                        controls.sink(0)));
    }

    private static byte[] state(TrainingShard shard) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TrainerState.write(shard, out);
        return out.toByteArray();
    }

    private static void give(TrainingShard shard, int from, int to) {
        SAMPLES.subList(from, to).forEach(shard::accept);
    }

    private static void work(TrainingShard shard) {
        while (shard.isWorkDue(true)) {
            shard.work();
        }
    }

    private static float[] finish(TrainingShard shard) {
        shard.receptionOver();
        work(shard);
        assertThat(shard.isFinished()).isTrue();
        assertThat(shard.reservoir.size()).isZero();
        return ShardsFixture.weights(shard);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPausedShardTakesSamplesInAndTrainsNoStep(boolean counted) {
        StudyFixture fixture = counted ? StudyFixture.counted(4) : StudyFixture.continuous();
        try (TrainingShard shard = shard(fixture)) {
            give(shard, 0, 120);
            controls.ask("p", ControlKind.PAUSE);
            controls.tell(shard);
            assertThat(shard.isPaused()).isTrue();
            long batches = shard.counters().batches();
            give(shard, 120, SAMPLES.size());
            work(shard);
            shard.receptionOver();
            work(shard);
            assertThat(shard.counters().batches()).isEqualTo(batches);
            assertThat(shard.isFinished()).isFalse();
            assertThat(shard.backlog.size()).isPositive();
            controls.ask("r", ControlKind.RESUME);
            controls.tell(shard);
            assertThat(shard.isPaused()).isFalse();
            finish(shard);
            assertThat(shard.reservoir.inserts()).isEqualTo(10 * StudyFixture.STEPS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 45, 61, 100, 133, 199})
    void pausesChangeNothingInTheCountedPace(int at) {
        float[] calm;
        try (TrainingShard shard = shard(StudyFixture.counted(4))) {
            give(shard, 0, SAMPLES.size());
            calm = finish(shard);
        }
        try (TrainingShard shard = shard(StudyFixture.counted(4))) {
            give(shard, 0, at);
            controls.ask("p", ControlKind.PAUSE);
            controls.tell(shard);
            give(shard, at, SAMPLES.size());
            controls.ask("r", ControlKind.RESUME);
            controls.tell(shard);
            assertThat(finish(shard)).isEqualTo(calm);
        }
    }

    @Test
    void aControlHoldsTheShardUntilItsAnswerIsReadBack() {
        try (TrainingShard shard = shard(StudyFixture.counted(4))) {
            give(shard, 0, 120);
            long batches = shard.counters().batches();
            controls.ask("r", 1e-3);
            controls.tellNext(shard);
            give(shard, 120, 150);
            assertThat(shard.counters().batches()).isEqualTo(batches);
            assertThat(shard.learningRate()).isNotEqualTo(1e-3);
            assertThat(controls.batch("r", 0)).isEqualTo(batches);
            controls.tellNext(shard);
            assertThat(shard.isPaused()).isFalse();
            work(shard);
            assertThat(shard.counters().batches()).isGreaterThan(batches);
        }
    }

    @Test
    void theNextStepHasTheRateThatWasAskedAndTheScheduleGoesOnInProportion() {
        OptimiserSpec optimiser = StudyFixture.counted(4).spec().training().optimiser();
        try (TrainingShard shard = shard(StudyFixture.counted(16))) {
            give(shard, 0, 80);
            double before = optimiser.learningRate();
            assertThat(shard.learningRate()).isEqualTo(before);
            controls.ask("r", 1e-3);
            controls.tell(shard);
            assertThat(shard.learningRate()).isEqualTo(1e-3);
            give(shard, 80, SAMPLES.size());
            long samples = shard.counters().samplesTrained();
            double scheduled = optimiser.schedule().rate(before, samples);
            assertThat(scheduled).as("after a change of the schedule").isLessThan(before);
            assertThat(shard.learningRate()).isEqualTo(1e-3 / before * scheduled);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void aRateThatIsNoneIsRefused(double rate) {
        try (TrainingShard shard = shard(StudyFixture.counted(4))) {
            controls.ask("bad", rate);
            controls.tell(shard);
            assertThat(controls.refused).hasSize(1);
            assertThat(controls.refused.get(0)).startsWith("bad: ").contains("above 0");
            assertThat(controls.log).hasSize(1);
            give(shard, 0, 150);
            assertThat(shard.counters().batches()).isPositive();
        }
    }

    @Test
    void theFirstAnswerCounts() {
        try (TrainingShard shard = shard(StudyFixture.counted(4))) {
            controls.ask("p", ControlKind.PAUSE);
            controls.log.add(new Control("p", ControlKind.TAKEN, Double.NaN, 1, 0, 1));
            controls.log.add(new Control("p", ControlKind.TAKEN, Double.NaN, 0, 5, 2));
            controls.log.add(new Control("p", ControlKind.TAKEN, Double.NaN, 0, 9, 3));
            controls.replay(shard);
            give(shard, 0, SAMPLES.size());
            assertThat(shard.counters().batches()).isEqualTo(5);
            assertThat(shard.isPaused()).isTrue();
        }
    }

    @Test
    void whatLiesBeforeTheSubmissionDoesNotCount() {
        try (TrainingShard shard = shard(StudyFixture.counted(4))) {
            controls.ask("p", ControlKind.PAUSE);
            shard.beginControls(1);
            shard.take(controls.log.get(0));
            shard.answerControls();
            assertThat(controls.log).hasSize(1);
            give(shard, 0, 150);
            assertThat(shard.counters().batches()).isPositive();
        }
    }

    /** Runs with controls at some samples; the failures come after those samples. */
    private float[] run(List<Integer> asked, List<Integer> failures, int lost) throws IOException {
        TrainingShard shard = shard(StudyFixture.counted(4));
        try {
            shard.beginControls(0);
            byte[] checkpoint = state(shard);
            int at = 0;
            for (int i = 0; i < SAMPLES.size(); i++) {
                if (asked.contains(i)) {
                    controls.ask("rate" + i, 8e-3 / (1 + asked.indexOf(i)));
                    controls.ask("pause" + i, ControlKind.PAUSE);
                    controls.tellNext(shard);
                }
                if (asked.contains(i - 3)) {
                    controls.tell(shard);
                    controls.ask("resume" + i, ControlKind.RESUME);
                }
                if (asked.contains(i - 9)) {
                    controls.tell(shard);
                }
                shard.accept(SAMPLES.get(i));
                if (i % 40 == 39) {
                    checkpoint = state(shard);
                    at = i + 1;
                }
                if (failures.contains(i)) {
                    shard.close();
                    shard = shard(StudyFixture.counted(4));
                    TrainerState.read(
                            shard,
                            new ByteArrayInputStream(checkpoint),
                            StudyFixture.log(SAMPLES, 0));
                    controls.replay(shard);
                    // The source tells again what it told after the checkpoint, at any time.
                    for (int again = Math.max(0, controls.log.size() - lost);
                            again < controls.log.size();
                            again++) {
                        shard.take(controls.log.get(again));
                    }
                    give(shard, at, i + 1);
                    controls.tell(shard);
                }
                work(shard);
            }
            controls.tell(shard);
            return finish(shard);
        } finally {
            shard.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 100})
    void aRestoredShardTakesEachControlAtTheSameBatch(int lost) throws IOException {
        List<Integer> asked = List.of(62, 103, 150, 171);
        float[] calm = run(asked, List.of(), lost);
        assertThat(controls.batch("rate150", 0)).isGreaterThan(controls.batch("rate62", 0));
        List<Control> said = List.copyOf(controls.log);
        for (int failure = 60; failure < 200; failure += 3) {
            controls.log.clear();
            assertThat(run(asked, List.of(failure), lost)).isEqualTo(calm);
            for (Control control : said) {
                if (control.kind() == ControlKind.TAKEN) {
                    assertThat(controls.batch(control.id(), 0)).isEqualTo(control.batch());
                }
            }
        }
        controls.log.clear();
        assertThat(run(asked, List.of(64, 70, 104, 158, 159, 190), lost)).isEqualTo(calm);
        controls.log.clear();
        assertThat(run(List.of(), List.of(), lost)).isNotEqualTo(calm);
    }

    @Test
    void anUntouchedShardWritesWhatFormerReleasesRead() throws IOException {
        try (TrainingShard shard = shard(StudyFixture.counted(4))) {
            shard.beginControls(7);
            give(shard, 0, 100);
            assertThat(state(shard)[7]).isEqualTo((byte) 3);
            shard.take(new Control("p", ControlKind.PAUSE, Double.NaN, -1, -1, 7));
            assertThat(state(shard)[7]).isEqualTo((byte) TrainerState.VERSION);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 3", "2, 1", "1, 2"})
    void anotherNumberOfShardsStaysPausedAndKeepsTheRate(int before, int after) throws IOException {
        try (ShardsFixture former = ShardsFixture.counted(before)) {
            former.run(new Random(1), 900);
            double scheduled = former.shards.get(0).learningRate();
            former.controls.ask("r", scheduled / 2);
            former.shards.forEach(former.controls::tell);
            former.run(new Random(2), 300);
            former.controls.ask("p", ControlKind.PAUSE);
            former.shards.forEach(former.controls::tell);
            InheritanceTest.evenOut(former);
            ShardsFixture.Checkpoint checkpoint = former.checkpoint();
            try (ShardsFixture heirs = ShardsFixture.rescaled(former, checkpoint, after)) {
                for (TrainingShard heir : heirs.shards) {
                    heir.beginControls(0);
                    long batches = heir.counters().batches();
                    assertThat(heir.isWorkDue(true) && heir.backlog.isEmpty()).isFalse();
                    assertThat(heir.isPaused()).isTrue();
                    OptimiserSpec optimiser = heirs.study.training().optimiser();
                    assertThat(heir.learningRate())
                            .isLessThanOrEqualTo(optimiser.learningRate() / 2);
                    assertThat(heir.counters().batches()).isEqualTo(batches);
                }
                heirs.controls.ask("r2", ControlKind.RESUME);
                heirs.shards.forEach(heirs.controls::tell);
                heirs.runToTheEnd(new Random(3));
                assertThat(heirs.shards).allMatch(TrainingShard::isFinished);
                assertThat(heirs.sum(s -> s.reservoir.size() + s.backlog.size())).isZero();
            }
        }
    }

    @Test
    void severalShardsPauseAtTheirOwnBatchesAndNobodyIsHurried() {
        float[] calm;
        try (ShardsFixture shards = ShardsFixture.counted(3).runToTheEnd(new Random(0))) {
            calm = ShardsFixture.weights(shards.shards.get(0));
        }
        for (int seed = 0; seed < 6; seed++) {
            Random random = new Random(seed);
            try (ShardsFixture shards = ShardsFixture.counted(3)) {
                shards.run(random, 700);
                shards.controls.ask("p", ControlKind.PAUSE);
                shards.shards.get(seed % 3).isWorkDue(true);
                shards.controls.tell(shards.shards.get(seed % 3));
                shards.run(random, 200); // The others have not read it yet.
                shards.shards.forEach(shards.controls::tell);
                long[] batches = batches(shards);
                shards.run(random, 2000);
                assertThat(batches(shards)).isEqualTo(batches);
                assertThat(shards.shards).noneMatch(TrainingShard::isHoldingUp);
                shards.controls.ask("r", ControlKind.RESUME);
                shards.shards.forEach(shards.controls::tell);
                shards.runToTheEnd(random);
                shards.assertDrained();
                assertThat(ShardsFixture.weights(shards.shards.get(0))).isEqualTo(calm);
            }
        }
    }

    private static long[] batches(ShardsFixture shards) {
        return shards.shards.stream().mapToLong(s -> s.counters().batches()).toArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void severalRestoredShardsTakeEachControlAtTheSameBatch(int overlap) throws IOException {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            try (ShardsFixture shards = ShardsFixture.counted(3, overlap)) {
                shards.run(random, 300 + random.nextInt(300));
                ShardsFixture.Checkpoint checkpoint = shards.checkpoint();
                for (int round = 0; round < 3; round++) {
                    shards.controls.ask("rate" + round, 4e-3 / (1 + round));
                    shards.controls.ask("pause" + round, ControlKind.PAUSE);
                    for (TrainingShard shard : shards.shards) {
                        shards.run(random, random.nextInt(60));
                        shards.controls.tell(shard);
                    }
                    shards.run(random, random.nextInt(60));
                    shards.controls.ask("resume" + round, ControlKind.RESUME);
                    for (TrainingShard shard : shards.shards) {
                        shards.run(random, random.nextInt(60));
                        shards.controls.tell(shard);
                    }
                }
                shards.runToTheEnd(random);
                float[] calm = ShardsFixture.weights(shards.shards.get(0));
                for (int attempt = 0; attempt < 2; attempt++) {
                    shards.restore(checkpoint);
                    shards.shards.forEach(shards.controls::replay);
                    shards.run(random, random.nextInt(900));
                }
                shards.runToTheEnd(random);
                shards.assertDrained();
                assertThat(ShardsFixture.weights(shards.shards.get(0))).isEqualTo(calm);
            }
        }
    }
}
