package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.reservoir.ReservoirSpec;
import io.penstock.sample.Sample;
import io.penstock.sample.SampleKey;
import io.penstock.schemas.Purpose;
import io.penstock.surrogate.Surrogate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several shards around one log, as plain objects. */
class RoundsTest {
    private static final int SIMULATIONS = 24;
    private static final List<Sample> SAMPLES = StudyFixture.samples(SIMULATIONS);
    private static final int TRAINED = (SIMULATIONS - 2) * StudyFixture.STEPS;
    private static final int DUPLICATES = SIMULATIONS / 3;

    private static ShardsFixture counted(int shards) {
        return new ShardsFixture(
                StudyFixture.sharded(StudyFixture.counted(4), shards, StudyFixture.MERGE), SAMPLES);
    }

    private static ShardsFixture continuous(int shards) {
        return new ShardsFixture(
                StudyFixture.sharded(StudyFixture.continuous(), shards, StudyFixture.MERGE),
                SAMPLES);
    }

    static float[] weights(TrainingShard shard) {
        List<Float> all = new ArrayList<>();
        for (Surrogate.NamedWeight weight : shard.surrogate().weights()) {
            for (float value : weight.values().toFloatArray()) {
                all.add(value);
            }
        }
        float[] values = new float[all.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = all.get(i);
        }
        return values;
    }

    private static long sum(ShardsFixture shards, ToLongFunction<TrainingShard> f) {
        return shards.shards.stream().mapToLong(f).sum();
    }

    private static void assertDrained(ShardsFixture shards) {
        for (TrainingShard shard : shards.shards) {
            assertThat(shard.isFinished()).isTrue();
            assertThat(shard.reservoir.size()).isZero();
            assertThat(shard.backlog.isEmpty()).isTrue();
            assertThat(weights(shard)).isEqualTo(weights(shards.shards.get(0)));
        }
        assertThat(sum(shards, s -> s.reservoir.inserts())).isEqualTo(TRAINED);
        assertThat(sum(shards, s -> s.counters().duplicates())).isEqualTo(DUPLICATES);
        assertThat(sum(shards, s -> s.validation.size())).isEqualTo(2L * StudyFixture.STEPS);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void endWithOneModelAndNothingLeftOver(int count) {
        try (ShardsFixture shards = counted(count).runToTheEnd(new Random(1))) {
            assertDrained(shards);
            assertThat(shards.shards.get(0).rounds.round()).isGreaterThan(5);
            assertThat(shards.shards.get(0).lastValidation().isPresent()).isTrue();
            assertThat(shards.shards.get(1).lastValidation().isPresent())
                    .as("reported once, by shard 0")
                    .isFalse();
        }
    }

    @Test
    void continuousPaceEndsSoToo() {
        try (ShardsFixture shards = continuous(3).runToTheEnd(new Random(2))) {
            assertDrained(shards);
            assertThat(sum(shards, s -> s.counters().samplesTrained()))
                    .isGreaterThanOrEqualTo(TRAINED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void theOrderOfSamplesAloneDecidesTheWeights(int count) {
        List<float[]> weights = new ArrayList<>();
        List<ValidationResult> validations = new ArrayList<>();
        for (int seed = 0; seed < 4; seed++) {
            try (ShardsFixture shards = counted(count).runToTheEnd(new Random(seed))) {
                weights.add(weights(shards.shards.get(0)));
                validations.add(shards.shards.get(0).lastValidation());
            }
        }
        assertThat(weights).allSatisfy(w -> assertThat(w).isEqualTo(weights.get(0)));
        assertThat(validations).containsOnly(validations.get(0));
    }

    @Test
    void failuresAtAnyMomentChangeNothing() throws IOException {
        float[] calm;
        try (ShardsFixture shards = counted(3).runToTheEnd(new Random(0))) {
            calm = weights(shards.shards.get(0));
        }
        boolean[] midRound = new boolean[3];
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            try (ShardsFixture shards = counted(3)) {
                for (int failure = 0; failure < 4; failure++) {
                    shards.run(random, 400);
                    ShardsFixture.Checkpoint checkpoint = shards.checkpoint();
                    int waiting =
                            (int) shards.shards.stream().filter(s -> s.rounds.isWaiting()).count();
                    midRound[Math.min(waiting, 2)] = true;
                    // Goes on and contributes, then loses all it did but the log.
                    shards.run(random, random.nextInt(600));
                    shards.restore(checkpoint);
                }
                shards.runToTheEnd(random);
                assertDrained(shards);
                assertThat(weights(shards.shards.get(0))).isEqualTo(calm);
            }
        }
        assertThat(midRound).as("before, between and after contributions").containsOnly(true);
    }

    @Test
    void aFailureAfterTheEndChangesNothing() throws IOException {
        try (ShardsFixture shards = counted(2)) {
            shards.run(new Random(3), 2500);
            ShardsFixture.Checkpoint checkpoint = shards.checkpoint();
            shards.runToTheEnd(new Random(4));
            float[] first = weights(shards.shards.get(0));
            shards.restore(checkpoint);
            shards.runToTheEnd(new Random(5));
            assertDrained(shards);
            assertThat(weights(shards.shards.get(0))).isEqualTo(first);
        }
    }

    @Test
    void inTheContinuousPaceTheLogDecidesWhatARestoredShardEndsUpWith() throws IOException {
        try (ShardsFixture shards = continuous(2)) {
            shards.run(new Random(3), 1500);
            ShardsFixture.Checkpoint checkpoint = shards.checkpoint();
            shards.runToTheEnd(new Random(4));
            float[] first = weights(shards.shards.get(0));
            for (int seed = 10; seed < 15; seed++) {
                shards.restore(checkpoint);
                shards.runToTheEnd(new Random(seed));
                for (TrainingShard shard : shards.shards) {
                    assertThat(weights(shard)).isEqualTo(first);
                    assertThat(shard.reservoir.size()).isZero();
                }
            }
        }
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
        try (ShardsFixture alone = new ShardsFixture(sgd(1, count * batch), once)) {
            one = weights(alone.runToTheEnd(new Random(1)).shards.get(0));
        }
        try (ShardsFixture shards = new ShardsFixture(sgd(count, batch), once)) {
            float[] merged = weights(shards.runToTheEnd(new Random(1)).shards.get(0));
            float[] initial = weights(shards.create(0));
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

    private static StudySpec sgd(int shards, int batch) {
        StudySpec spec =
                StudyFixture.sharded(
                        StudyFixture.counted(1)
                                .with(
                                        new ReservoirSpec(
                                                ReservoirSpec.Kind.FIFO,
                                                40,
                                                0,
                                                1,
                                                ReservoirSpec.Checkpoint.REFERENCE)),
                        shards,
                        StudyFixture.merge(MergeSpec.Schedule.CONSTANT, 1));
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
            assertDrained(shards);
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
                        MergeSpec.Moments.AVERAGED,
                        StudyFixture.MERGE.patience());
        try (ShardsFixture shards =
                new ShardsFixture(
                        StudyFixture.sharded(StudyFixture.counted(4), 2, averaged), SAMPLES)) {
            shards.runToTheEnd(new Random(7));
            assertDrained(shards);
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
        try (ShardsFixture shards = counted(2)) {
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
            assertDrained(shards);
        }
    }

    @Test
    void aShardWithNothingToTrainOnLetsTheOthersGoOn() {
        try (ShardsFixture shards = counted(2)) {
            TrainingShard busy = shards.shards.get(0);
            TrainingShard idle = shards.shards.get(1);
            while (!busy.rounds.isWaiting()) {
                shards.giveNext(0);
            }
            assertThat(idle.isHoldingUp()).as("it does not know yet").isFalse();
            shards.tellNext(1);
            assertThat(idle.isHoldingUp()).isTrue();
            idle.contributeEarly();
            float[] before = weights(busy);
            while (busy.rounds.isWaiting()) {
                shards.tellNext(0);
                shards.work(0);
            }
            assertThat(busy.rounds.round()).isOne();
            assertThat(weights(busy)).as("the idle one weighs nothing").isEqualTo(before);
            assertThat(idle.rounds.early()).isOne();
            shards.runToTheEnd(new Random(9));
            assertDrained(shards);
        }
    }

    @Test
    void aRepeatedOrLateContributionIsIgnored() {
        try (ShardsFixture shards = counted(2)) {
            Random random = new Random(10);
            shards.run(random, 3000);
            // Whatever is in the log comes once more, and with other values behind the same names.
            List<ShardsFixture.Logged> again = List.copyOf(shards.log);
            for (ShardsFixture.Logged entry : again) {
                shards.log.add(entry);
                ContributionChunk c = entry.chunk();
                shards.log.add(
                        new ShardsFixture.Logged(
                                new ContributionChunk(
                                        c.run(),
                                        c.architecture(),
                                        c.shards(),
                                        c.shard(),
                                        c.round(),
                                        c.digest() + 1,
                                        c.chunk(),
                                        c.chunks(),
                                        c.summary(),
                                        -1,
                                        true),
                                new byte[entry.values().length]));
            }
            shards.runToTheEnd(random);
            assertDrained(shards);
            try (ShardsFixture calm = counted(2).runToTheEnd(new Random(0))) {
                assertThat(weights(shards.shards.get(0))).isEqualTo(weights(calm.shards.get(0)));
            }
            assertThat(shards.shards.get(0).rounds.refused()).isZero();
        }
    }

    @Test
    void aDamagedContributionIsRefusedByAllAndMadeAgain() {
        try (ShardsFixture shards = counted(2)) {
            while (shards.log.isEmpty()) {
                shards.giveNext(1);
            }
            ShardsFixture.Logged first = shards.log.get(0);
            ContributionChunk c = first.chunk();
            shards.log.set(
                    0,
                    new ShardsFixture.Logged(
                            new ContributionChunk(
                                    c.run(),
                                    c.architecture(),
                                    c.shards(),
                                    c.shard(),
                                    c.round(),
                                    c.digest(),
                                    c.chunk(),
                                    c.chunks(),
                                    c.summary(),
                                    -1,
                                    false),
                            first.values()));
            shards.runToTheEnd(new Random(11));
            assertDrained(shards);
            assertThat(shards.shards).allMatch(s -> s.rounds.refused() == 1);
            try (ShardsFixture calm = counted(2).runToTheEnd(new Random(0))) {
                assertThat(weights(shards.shards.get(0))).isEqualTo(weights(calm.shards.get(0)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"architecture", "shards"})
    void contributionsOfAnotherKindAreRefused(String what) {
        try (ShardsFixture shards = counted(2)) {
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
                            true);
            assertThat(shards.shards.get(0).take(other)).isFalse();
            assertThat(shards.shards.get(0).rounds.refused()).isOne();
            shards.runToTheEnd(new Random(12));
            assertDrained(shards);
        }
    }

    @Test
    void contributionsOfAnotherRunArePassedOver() {
        try (ShardsFixture former = counted(2).runToTheEnd(new Random(1));
                ShardsFixture shards = counted(2)) {
            shards.log.addAll(former.log);
            shards.shards.forEach(TrainingShard::close);
            shards.run = "another";
            shards.shards.set(0, shards.create(0));
            shards.shards.set(1, shards.create(1));
            shards.runToTheEnd(new Random(13));
            assertDrained(shards);
            assertThat(shards.shards.get(0).rounds.refused()).isZero();
        }
    }

    @Test
    void aRestoredShardContributesUnderTheNameOfItsNewRun() throws IOException {
        try (ShardsFixture shards = counted(2)) {
            while (!shards.shards.get(0).rounds.isWaiting()) {
                shards.giveNext(0);
            }
            ShardsFixture.Checkpoint checkpoint = shards.checkpoint();
            shards.run = "another";
            shards.restore(checkpoint);
            shards.runToTheEnd(new Random(14));
            assertDrained(shards);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "4, 2", "2, 3", "3, 1"})
    void anotherNumberOfShardsGoesOnFromTheLastMergedWeights(int before, int after)
            throws IOException {
        for (int moves : new int[] {300, 1500, 2500}) {
            try (ShardsFixture former = counted(before)) {
                former.run(new Random(moves), moves);
                evenOut(former);
                ShardsFixture.Checkpoint checkpoint = former.checkpoint();
                float[] merged = published(former.shards.get(0));
                long held = sum(former, s -> s.reservoir.size() + newIn(s));
                long inserts = sum(former, s -> s.reservoir.inserts());
                long duplicates = sum(former, s -> s.counters().duplicates());
                long batches = sum(former, s -> s.counters().batches());
                long validation = sum(former, s -> s.validation.size() + heldForValidation(s));
                try (ShardsFixture heirs = ShardsFixture.rescaled(former, checkpoint, after)) {
                    for (TrainingShard heir : heirs.shards) {
                        assertThat(weights(heir)).isEqualTo(merged);
                        assertThat(heir.counters.lostReferences).isZero();
                    }
                    assertThat(
                                    sum(
                                            heirs,
                                            s ->
                                                    s.reservoir.size()
                                                            + s.backlog.size()
                                                            - heldForValidation(s)
                                                            - repeatedIn(s)))
                            .isEqualTo(held);
                    assertThat(sum(heirs, s -> s.validation.size() + heldForValidation(s)))
                            .isEqualTo(validation);
                    assertThat(sum(heirs, s -> s.counters().batches())).isEqualTo(batches);
                    assertThat(sum(heirs, s -> s.counters().duplicates())).isEqualTo(duplicates);
                    assertThat(inserts).isLessThanOrEqualTo(TRAINED);
                    heirs.runToTheEnd(new Random(15));
                    for (TrainingShard heir : heirs.shards) {
                        assertThat(heir.reservoir.size()).isZero();
                        assertThat(heir.backlog.isEmpty()).isTrue();
                    }
                    assertThat(sum(heirs, s -> s.counters().duplicates())).isEqualTo(DUPLICATES);
                    assertThat(sum(heirs, s -> s.validation.size()))
                            .isEqualTo(2L * StudyFixture.STEPS);
                }
            }
        }
    }

    /** All shards have been given the samples up to the same one, as at a barrier. */
    private static void evenOut(ShardsFixture shards) {
        int most = 0;
        for (int next : shards.nextSample) {
            most = Math.max(most, Math.min(next, shards.samples.size()));
        }
        for (int number = 0; number < shards.shards.size(); number++) {
            while (shards.nextSample[number] < most) {
                Sample sample = shards.samples.get(shards.nextSample[number]++);
                if (sample.key().shard(shards.shards.size()) == number) {
                    shards.shards.get(number).accept(sample);
                }
            }
        }
    }

    private static long newIn(TrainingShard shard) {
        return shard.backlog.size() - heldForValidation(shard) - repeatedIn(shard);
    }

    private static long heldForValidation(TrainingShard shard) {
        return shard.backlog.entries().stream()
                .filter(e -> e.purpose() == Purpose.VALIDATION)
                .count();
    }

    private static long repeatedIn(TrainingShard shard) {
        long distinct =
                shard.backlog.entries().stream()
                        .filter(e -> e.purpose() == Purpose.TRAINING)
                        .filter(
                                e ->
                                        e.known()
                                                || !shard.received.contains(
                                                        new SampleKey(e.simulation(), e.step())))
                        .map(e -> e.simulation() + "/" + e.step())
                        .distinct()
                        .count();
        return shard.backlog.size() - heldForValidation(shard) - distinct;
    }

    private static float[] published(TrainingShard shard) {
        List<Float> all = new ArrayList<>();
        shard.publishedWeights()
                .forEach(
                        w -> {
                            for (float value : w.values().toFloatArray()) {
                                all.add(value);
                            }
                        });
        float[] values = new float[all.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = all.get(i);
        }
        return values;
    }

    @Test
    void aContributionOfManyChunksNeedsAllOfThem() {
        RoundLog log = new RoundLog("a", 2, 3);
        ContributionSummary summary = new ContributionSummary(5, false, 1, 5, 0, new double[0]);
        assertThat(log.take(chunk(summary, 7, 0, 10), 0)).isEqualTo(RoundLog.Outcome.NOTED);
        assertThat(log.take(chunk(summary, 7, 2, 11), 0)).isEqualTo(RoundLog.Outcome.REFUSED);
        assertThat(log.take(chunk(summary, 7, 0, 12), 0)).isEqualTo(RoundLog.Outcome.NOTED);
        // Another attempt of the shard, with other weights, in between.
        assertThat(log.take(chunk(summary, 8, 0, 13), 0)).isEqualTo(RoundLog.Outcome.NOTED);
        assertThat(log.take(chunk(summary, 7, 1, 14), 0)).isEqualTo(RoundLog.Outcome.NOTED);
        assertThat(log.take(chunk(summary, 8, 1, 15), 0)).isEqualTo(RoundLog.Outcome.NOTED);
        assertThat(log.take(chunk(summary, 8, 2, 16), 0)).isEqualTo(RoundLog.Outcome.WHOLE);
        assertThat(log.take(chunk(summary, 7, 2, 17), 0)).isEqualTo(RoundLog.Outcome.NOTED);
        assertThat(Objects.requireNonNull(log.of(0, 1)).offsets()).containsExactly(13, 15, 16);
        assertThat(log.isComplete(0)).isFalse();
    }

    private static ContributionChunk chunk(
            ContributionSummary summary, long digest, int chunk, long offset) {
        return new ContributionChunk("run", "a", 2, 1, 0, digest, chunk, 3, summary, offset, true);
    }

    @Test
    void aContributionThatNeverComesBackWholeEndsTheJobWithTheReason() {
        try (ShardsFixture shards = counted(2)) {
            while (shards.log.isEmpty()) {
                shards.giveNext(0);
            }
            TrainingShard author = shards.shards.get(0);
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 100; i++) {
                                    ContributionChunk c = shards.log.get(0).chunk();
                                    author.take(
                                            new ContributionChunk(
                                                    c.run(),
                                                    c.architecture(),
                                                    c.shards(),
                                                    c.shard(),
                                                    c.round(),
                                                    c.digest(),
                                                    c.chunk(),
                                                    c.chunks(),
                                                    c.summary(),
                                                    i,
                                                    false));
                                    author.work();
                                }
                            })
                    .hasMessageContaining("shard 0 to round 0 came back damaged");
        }
    }
}
