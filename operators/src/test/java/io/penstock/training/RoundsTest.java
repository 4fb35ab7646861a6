package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import io.penstock.reservoir.NewestSpec;
import io.penstock.reservoir.ReservoirSpec;
import io.penstock.sample.Sample;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several shards around one log, as plain objects. */
class RoundsTest {
    private static final List<Sample> SAMPLES = ShardsFixture.SAMPLES;
    private static final MergeSpec EVERY_STEP = StudyFixture.merge(MergeSpec.Schedule.CONSTANT, 1);

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void endWithOneModelAndNothingLeftOver(int count) {
        try (ShardsFixture shards = ShardsFixture.counted(count).runToTheEnd(new Random(1))) {
            shards.assertDrained();
            assertThat(shards.shards.get(0).rounds.round()).isGreaterThan(5);
            assertThat(shards.shards.get(0).lastValidation().isPresent()).isTrue();
            assertThat(shards.shards.get(1).lastValidation().isPresent())
                    .as("reported once, by shard 0")
                    .isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "3, 4", "2, 9"})
    void trainingOnDuringRoundsEndsSoToo(int count, int overlap) {
        try (ShardsFixture shards =
                ShardsFixture.counted(count, overlap).runToTheEnd(new Random(1))) {
            shards.assertDrained();
            assertThat(shards.shards.get(0).rounds.round()).isGreaterThan(5);
            assertThat(shards.shards.get(0).lastValidation().isPresent()).isTrue();
        }
    }

    /** Plain SGD: the shard ends up where it would with the mean and the steps it did meanwhile. */
    @Test
    void whatWasLearntDuringARoundIsAddedToItsMean() {
        MergeSpec merge = StudyFixture.overlapping(3);
        try (ShardsFixture shards = new ShardsFixture(sgd(2, 8, merge), SAMPLES)) {
            TrainingShard shard = shards.shards.get(0);
            while (!shard.rounds.hasContributed()) {
                shards.giveNext(0);
            }
            long contributedAt = shard.counters().batches();
            float[] contributed = ShardsFixture.weights(shard);
            while (!shard.rounds.isWaiting()) {
                shards.giveNext(0);
            }
            assertThat(shard.counters().batches()).isEqualTo(contributedAt + 3);
            float[] trained = ShardsFixture.weights(shard);
            while (shards.shards.get(1).rounds.round() == 0) {
                shards.giveNext(1);
                shards.tellNext(1);
                shards.work(1);
            }
            while (shard.rounds.round() == 0) {
                shards.tellNext(0);
                shards.work(0);
            }
            List<NDArray> merged = shard.rounds.merged();
            assertThat(shard.rounds.batches()).containsExactly(contributedAt, contributedAt);
            float[] mean = floats(merged);
            assertThat(mean).isNotEqualTo(contributed);
            shard.rounds.goOn();
            float[] now = ShardsFixture.weights(shard);
            boolean changed = false;
            for (int i = 0; i < now.length; i++) {
                changed |=
                        Math.abs(now[i] - mean[i]) > 1e-4f && Math.abs(now[i] - trained[i]) > 1e-4f;
                assertThat(now[i])
                        .isCloseTo(trained[i] + (mean[i] - contributed[i]), within(1e-6f));
            }
            assertThat(changed).as("by the mean and by the steps, far above rounding").isTrue();
        }
    }

    private static float[] floats(List<NDArray> tensors) {
        FloatBuffer all =
                FloatBuffer.allocate((int) tensors.stream().mapToLong(NDArray::size).sum());
        tensors.forEach(tensor -> all.put(tensor.toFloatArray()));
        return all.array();
    }

    @Test
    void theMeanIsValidatedNotWhatWasLearntSince() {
        try (ShardsFixture shards = ShardsFixture.counted(2, 4)) {
            Random random = new Random(3);
            int seen = 0;
            for (int move = 0; move < 100_000 && !shards.isFinished(); move++) {
                shards.move(random);
                TrainingShard first = shards.shards.get(0);
                TrainingShard second = shards.shards.get(1);
                if (first.validation.isUnderWay()
                        && second.validation.isUnderWay()
                        && first.rounds.round() == second.rounds.round()) {
                    assertThat(ShardsFixture.weights(first))
                            .isEqualTo(floats(first.rounds.merged()))
                            .isEqualTo(ShardsFixture.weights(second));
                    seen += first.rounds.aside().isEmpty() ? 0 : 1;
                }
            }
            assertThat(seen).isPositive();
        }
    }

    @Test
    void aShardWithNothingToTrainOnTakesInTheRoundThatTheOthersHaveBeenThrough() {
        try (ShardsFixture shards = ShardsFixture.counted(2, 4)) {
            TrainingShard busy = shards.shards.get(0);
            TrainingShard idle = shards.shards.get(1);
            while (!idle.rounds.hasContributed()) {
                shards.giveNext(1);
            }
            while (busy.rounds.round() == 0 || !busy.rounds.hasContributed()) {
                shards.giveNext(0);
                shards.tellNext(0);
                shards.work(0);
            }
            while (shards.tellNext(1)) {
                shards.work(1);
            }
            assertThat(idle.rounds.round()).isZero();
            assertThat(idle.isHoldingUp()).isTrue();
            idle.hurry();
            shards.work(1);
            assertThat(idle.rounds.round()).isOne();
            assertThat(idle.rounds.early()).as("it contributed in its turn").isZero();
            shards.runToTheEnd(new Random(16));
            shards.assertDrained();
        }
    }

    @Test
    void continuousPaceEndsSoToo() {
        try (ShardsFixture shards = ShardsFixture.continuous(3).runToTheEnd(new Random(2))) {
            shards.assertDrained();
            assertThat(shards.sum(s -> s.counters().samplesTrained()))
                    .isGreaterThanOrEqualTo(ShardsFixture.TRAINED);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 0", "3, 0", "3, 4"})
    void theOrderOfSamplesAloneDecidesTheWeights(int count, int overlap) {
        List<float[]> weights = new ArrayList<>();
        List<ValidationResult> validations = new ArrayList<>();
        for (int seed = 0; seed < 4; seed++) {
            try (ShardsFixture shards =
                    ShardsFixture.counted(count, overlap).runToTheEnd(new Random(seed))) {
                weights.add(ShardsFixture.weights(shards.shards.get(0)));
                validations.add(shards.shards.get(0).lastValidation());
            }
        }
        assertThat(weights).allSatisfy(w -> assertThat(w).isEqualTo(weights.get(0)));
        assertThat(validations).containsOnly(validations.get(0));
    }

    /**
     * Plain SGD, a round after every step: the mean of the shards' weights after their steps is the
     * step of the mean of their gradients. FIFO gives the shards together the very samples that one
     * shard gets with a batch as large as theirs together.
     */
    @ParameterizedTest
    @CsvSource({"2, 8", "4, 4"})
    void mergingEveryStepOfSgdEqualsOneShardOnTheCombinedBatches(int count, int batch) {
        List<Sample> samples =
                SAMPLES.stream().filter(s -> s.simulation() >= 2).distinct().toList();
        List<Sample> once = new ArrayList<>();
        samples.forEach(
                s -> {
                    if (once.stream().noneMatch(o -> o.key().equals(s.key()))) {
                        once.add(s);
                    }
                });
        float[] one;
        try (ShardsFixture alone = new ShardsFixture(sgd(1, count * batch, EVERY_STEP), once)) {
            one = ShardsFixture.weights(alone.runToTheEnd(new Random(1)).shards.get(0));
        }
        try (ShardsFixture shards = new ShardsFixture(sgd(count, batch, EVERY_STEP), once)) {
            float[] merged = ShardsFixture.weights(shards.runToTheEnd(new Random(1)).shards.get(0));
            float[] initial = ShardsFixture.weights(shards.create(0));
            double moved =
                    IntStream.range(0, one.length)
                            .mapToDouble(i -> Math.abs(one[i] - initial[i]))
                            .max()
                            .orElseThrow();
            assertThat(moved).as("the steps are not without effect").isGreaterThan(0.05);
            for (int i = 0; i < one.length; i++) {
                assertThat(merged[i]).isCloseTo(one[i], within(2e-6f));
            }
        }
    }

    private static StudySpec sgd(int shards, int batch, MergeSpec merge) {
        StudySpec spec =
                StudyFixture.sharded(
                        StudyFixture.counted(1)
                                .with(
                                        new ReservoirSpec(
                                                ReservoirSpec.Kind.FIFO,
                                                40,
                                                0,
                                                1,
                                                NewestSpec.NONE,
                                                ReservoirSpec.Checkpoint.REFERENCE)),
                        shards,
                        merge);
        TrainingSpec t = spec.training();
        OptimiserSpec sgd =
                new OptimiserSpec(
                        OptimiserSpec.Kind.SGD,
                        0.2,
                        1e-3,
                        0.9,
                        0.999,
                        1e-8,
                        0,
                        new LearningRateSchedule(0, 1, 0));
        return new StudySpec(
                spec.sample(),
                spec.reservoir(),
                spec.surrogate(),
                new TrainingSpec(
                        batch,
                        sgd,
                        t.continual(),
                        t.pace(),
                        shards,
                        t.merge(),
                        t.torchThreads(),
                        t.until(),
                        t.reportInterval()),
                new ValidationSpec(0, 10, 7),
                spec.seed());
    }

    @ParameterizedTest
    @EnumSource(MergeSpec.Schedule.class)
    void everyScheduleEndsWithOneModel(MergeSpec.Schedule schedule) {
        StudySpec spec =
                StudyFixture.sharded(StudyFixture.counted(4), 2, StudyFixture.merge(schedule, 16));
        try (ShardsFixture shards = new ShardsFixture(spec, SAMPLES)) {
            shards.runToTheEnd(new Random(6));
            shards.assertDrained();
            long rounds = shards.shards.get(0).rounds.round();
            switch (schedule) {
                case FINAL -> assertThat(rounds).isLessThanOrEqualTo(3);
                case CONSTANT -> assertThat(rounds).isBetween(6L, 12L);
                case SHRINKING -> assertThat(rounds).isGreaterThan(20);
            }
        }
    }

    @Test
    void shrinkingIntervalsShrinkToTheLeast() {
        MergeSpec shrinking = StudyFixture.merge(MergeSpec.Schedule.SHRINKING, 16);
        assertThat(IntStream.range(0, 6).mapToLong(shrinking::interval))
                .containsExactly(16L, 8L, 4L, 2L, 2L, 2L);
    }

    @Test
    void averagedMomentsAreTheSameOnEveryShard() {
        MergeSpec averaged =
                new MergeSpec(
                        MergeSpec.Schedule.CONSTANT,
                        10,
                        1,
                        1,
                        0,
                        MergeSpec.Moments.AVERAGED,
                        MergeSpec.RateScaling.NONE,
                        StudyFixture.MERGE.patience());
        try (ShardsFixture shards =
                new ShardsFixture(
                        StudyFixture.sharded(StudyFixture.counted(4), 2, averaged), SAMPLES)) {
            shards.runToTheEnd(new Random(7));
            shards.assertDrained();
            List<float[]> first = merged(shards.shards.get(0));
            List<float[]> second = merged(shards.shards.get(1));
            assertThat(first).hasSizeGreaterThan(shards.shards.get(0).surrogate().weights().size());
            for (int i = 0; i < first.size(); i++) {
                assertThat(second.get(i)).isEqualTo(first.get(i));
            }
        }
    }

    private static List<float[]> merged(TrainingShard shard) {
        return shard.trainer.mergedTensors(MergeSpec.Moments.AVERAGED).stream()
                .map(tensor -> tensor.toFloatArray())
                .toList();
    }

    @Test
    void aWaitingShardKeepsTakingSamplesIn() {
        try (ShardsFixture shards = ShardsFixture.counted(2)) {
            while (!shards.shards.get(0).rounds.isWaiting()) {
                shards.giveNext(0);
            }
            long inserts = shards.shards.get(0).reservoir.inserts();
            while (shards.nextSample[0] <= SAMPLES.size()) {
                shards.giveNext(0);
            }
            assertThat(shards.shards.get(0).backlog.size()).isGreaterThan(100);
            assertThat(shards.shards.get(0).reservoir.inserts()).isEqualTo(inserts);
            shards.runToTheEnd(new Random(8));
            shards.assertDrained();
        }
    }

    @Test
    void aShardWithNothingToTrainOnLetsTheOthersGoOn() {
        try (ShardsFixture shards = ShardsFixture.counted(2)) {
            TrainingShard busy = shards.shards.get(0);
            TrainingShard idle = shards.shards.get(1);
            while (!busy.rounds.isWaiting()) {
                shards.giveNext(0);
            }
            assertThat(idle.isHoldingUp()).as("it does not know yet").isFalse();
            shards.tellNext(1);
            assertThat(idle.isHoldingUp()).isTrue();
            idle.hurry();
            float[] before = ShardsFixture.weights(busy);
            while (busy.rounds.isWaiting()) {
                shards.tellNext(0);
                shards.work(0);
            }
            assertThat(busy.rounds.round()).isOne();
            assertThat(ShardsFixture.weights(busy))
                    .as("the idle one weighs nothing")
                    .isEqualTo(before);
            assertThat(idle.rounds.early()).isOne();
            shards.runToTheEnd(new Random(9));
            shards.assertDrained();
        }
    }

    @Test
    void aRepeatedOrLateContributionIsIgnored() {
        try (ShardsFixture shards = ShardsFixture.counted(2)) {
            Random random = new Random(10);
            shards.run(random, 3000);
            // Whatever is in the log comes once more, and with other values behind the same names.
            List<ShardsFixture.Logged> again = List.copyOf(shards.log);
            for (ShardsFixture.Logged entry : again) {
                shards.log.add(entry);
                ContributionChunk c = entry.chunk();
                shards.log.add(
                        new ShardsFixture.Logged(
                                ShardsFixture.said(c, c.digest() + 1, -1, true),
                                new byte[entry.values().length]));
            }
            shards.runToTheEnd(random);
            shards.assertDrained();
            try (ShardsFixture calm = ShardsFixture.counted(2).runToTheEnd(new Random(0))) {
                assertThat(ShardsFixture.weights(shards.shards.get(0)))
                        .isEqualTo(ShardsFixture.weights(calm.shards.get(0)));
            }
            assertThat(shards.shards.get(0).rounds.refused()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void aDamagedContributionIsRefusedByAllAndMadeAgain(int overlap) {
        try (ShardsFixture shards = ShardsFixture.counted(2, overlap)) {
            while (shards.log.isEmpty()) {
                shards.giveNext(1);
            }
            ShardsFixture.Logged first = shards.log.get(0);
            ContributionChunk c = first.chunk();
            shards.log.set(
                    0,
                    new ShardsFixture.Logged(
                            ShardsFixture.said(c, c.digest(), -1, false), first.values()));
            shards.runToTheEnd(new Random(11));
            shards.assertDrained();
            assertThat(shards.shards).allMatch(s -> s.rounds.refused() == 1);
            try (ShardsFixture calm =
                    ShardsFixture.counted(2, overlap).runToTheEnd(new Random(0))) {
                assertThat(ShardsFixture.weights(shards.shards.get(0)))
                        .isEqualTo(ShardsFixture.weights(calm.shards.get(0)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"architecture", "shards"})
    void contributionsOfAnotherKindAreRefused(String what) {
        try (ShardsFixture shards = ShardsFixture.counted(2)) {
            while (shards.log.isEmpty()) {
                shards.giveNext(0);
            }
            ContributionChunk c = shards.log.get(0).chunk();
            ContributionChunk other =
                    new ContributionChunk(
                            c.run(),
                            what.equals("architecture") ? "MLP 3 [17, 16] 12" : c.architecture(),
                            what.equals("shards") ? 3 : c.shards(),
                            1,
                            c.round(),
                            c.digest(),
                            0,
                            1,
                            c.summary(),
                            0,
                            true,
                            null);
            assertThat(shards.shards.get(0).take(other)).isFalse();
            assertThat(shards.shards.get(0).rounds.refused()).isOne();
            shards.runToTheEnd(new Random(12));
            shards.assertDrained();
        }
    }

    @Test
    void contributionsOfAnotherRunArePassedOver() {
        try (ShardsFixture former = ShardsFixture.counted(2).runToTheEnd(new Random(1));
                ShardsFixture shards = ShardsFixture.counted(2)) {
            shards.log.addAll(former.log);
            shards.shards.forEach(TrainingShard::close);
            shards.run = "another";
            shards.shards.set(0, shards.create(0));
            shards.shards.set(1, shards.create(1));
            shards.runToTheEnd(new Random(13));
            shards.assertDrained();
            assertThat(shards.shards.get(0).rounds.refused()).isZero();
        }
    }

    @Test
    void aContributionThatNeverComesBackWholeEndsTheJobWithTheReason() {
        try (ShardsFixture shards = ShardsFixture.counted(2)) {
            while (shards.log.isEmpty()) {
                shards.giveNext(0);
            }
            TrainingShard author = shards.shards.get(0);
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 100; i++) {
                                    ContributionChunk c = shards.log.get(0).chunk();
                                    author.take(ShardsFixture.said(c, c.digest(), i, false));
                                    author.work();
                                }
                            })
                    .hasMessageContaining("shard 0 to round 0 came back damaged");
        }
    }
}
