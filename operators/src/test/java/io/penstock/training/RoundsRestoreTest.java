package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several shards around one log that fail, and go on from a checkpoint and the log. */
class RoundsRestoreTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void failuresAtAnyMomentChangeNothing(int overlap) throws IOException {
        float[] calm;
        try (ShardsFixture shards = ShardsFixture.counted(3, overlap).runToTheEnd(new Random(0))) {
            calm = ShardsFixture.weights(shards.shards.get(0));
        }
        boolean[] midRound = new boolean[3];
        boolean trainedOn = false;
        boolean validating = false;
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            try (ShardsFixture shards = ShardsFixture.counted(3, overlap)) {
                for (int failure = 0; failure < 3; failure++) {
                    shards.run(random, 400);
                    ShardsFixture.Checkpoint checkpoint = shards.checkpoint();
                    int waiting =
                            (int) shards.shards.stream().filter(s -> s.rounds.isWaiting()).count();
                    midRound[Math.min(waiting, 2)] = true;
                    for (TrainingShard shard : shards.shards) {
                        boolean aside = !shard.rounds.aside().isEmpty();
                        trainedOn |= aside && shard.rounds.hasContributed();
                        validating |= aside && shard.validation.isUnderWay();
                    }
                    // Goes on and contributes, then loses all it did but the log.
                    shards.run(random, random.nextInt(600));
                    shards.restore(checkpoint);
                }
                shards.runToTheEnd(random);
                shards.assertDrained();
                assertThat(ShardsFixture.weights(shards.shards.get(0))).isEqualTo(calm);
            }
        }
        assertThat(midRound).as("before, between and after contributions").containsOnly(true);
        assertThat(trainedOn).as("while a shard trained on during a round").isEqualTo(overlap > 0);
        assertThat(validating).as("while the mean was validated").isEqualTo(overlap > 0);
    }

    @ParameterizedTest
    @CsvSource({"4, 0", "0, 4"})
    void anotherOverlapTakesEffectWithTheNextRound(int before, int after) throws IOException {
        try (ShardsFixture former = ShardsFixture.counted(2, before)) {
            while (!former.shards.get(0).rounds.hasContributed()) {
                former.giveNext(0);
            }
            former.giveNext(0);
            ShardsFixture.Checkpoint checkpoint = former.checkpoint();
            try (ShardsFixture shards = ShardsFixture.counted(2, after)) {
                shards.log.addAll(former.log);
                shards.restore(checkpoint);
                shards.runToTheEnd(new Random(15));
                shards.assertDrained();
            }
        }
    }

    @Test
    void aFailureAfterTheEndChangesNothing() throws IOException {
        try (ShardsFixture shards = ShardsFixture.counted(2)) {
            shards.run(new Random(3), 2500);
            ShardsFixture.Checkpoint checkpoint = shards.checkpoint();
            shards.runToTheEnd(new Random(4));
            float[] first = ShardsFixture.weights(shards.shards.get(0));
            shards.restore(checkpoint);
            shards.runToTheEnd(new Random(5));
            shards.assertDrained();
            assertThat(ShardsFixture.weights(shards.shards.get(0))).isEqualTo(first);
        }
    }

    @ParameterizedTest
    @CsvSource({"200, 0", "1500, 0", "200, 4", "1500, 4"})
    void inTheContinuousPaceTheLogDecidesWhatARestoredShardEndsUpWith(int moves, int overlap)
            throws IOException {
        try (ShardsFixture shards = ShardsFixture.continuous(2, overlap)) {
            shards.run(new Random(3), moves);
            ShardsFixture.Checkpoint checkpoint = shards.checkpoint();
            shards.runToTheEnd(new Random(4));
            float[] first = ShardsFixture.weights(shards.shards.get(0));
            for (int seed = 10; seed < 15; seed++) {
                shards.restore(checkpoint);
                shards.runToTheEndHurried(new Random(seed));
                for (TrainingShard shard : shards.shards) {
                    assertThat(ShardsFixture.weights(shard)).isEqualTo(first);
                    assertThat(shard.reservoir.size()).isZero();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void aRestoredShardContributesUnderTheNameOfItsNewRun(int overlap) throws IOException {
        try (ShardsFixture shards = ShardsFixture.counted(2, overlap)) {
            while (!shards.shards.get(0).rounds.hasContributed()) {
                shards.giveNext(0);
            }
            ShardsFixture.Checkpoint checkpoint = shards.checkpoint();
            shards.run = "another";
            shards.restore(checkpoint);
            shards.runToTheEnd(new Random(14));
            shards.assertDrained();
        }
    }
}
