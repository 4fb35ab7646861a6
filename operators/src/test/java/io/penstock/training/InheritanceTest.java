package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.sample.Sample;
import io.penstock.sample.SampleKey;
import io.penstock.schemas.Purpose;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shards of another number, which go on with what the former ones left. */
class InheritanceTest {
    private static final List<Sample> SAMPLES = ShardsFixture.SAMPLES;

    @ParameterizedTest
    @CsvSource({"1, 3, 0", "4, 2, 0", "2, 3, 0", "3, 1, 0", "2, 3, 4"})
    void anotherNumberOfShardsGoesOnFromTheLastMergedWeights(int before, int after, int overlap)
            throws IOException {
        boolean aside = false;
        for (int moves : new int[] {300, 1500, 1700, 2500}) {
            try (ShardsFixture former = ShardsFixture.counted(before, overlap)) {
                former.run(new Random(moves), moves);
                evenOut(former);
                aside |= former.shards.stream().anyMatch(s -> !s.rounds.aside().isEmpty());
                ShardsFixture.Checkpoint checkpoint = former.checkpoint();
                float[] merged = published(former.shards.get(0));
                long held = former.sum(s -> s.reservoir.size() + newIn(s));
                long inserts = former.sum(s -> s.reservoir.inserts());
                long duplicates = former.sum(s -> s.counters().duplicates());
                long batches = former.sum(s -> s.counters().batches());
                long validation = former.sum(s -> s.validation.size() + heldForValidation(s));
                try (ShardsFixture heirs = ShardsFixture.rescaled(former, checkpoint, after)) {
                    for (TrainingShard heir : heirs.shards) {
                        assertThat(ShardsFixture.weights(heir)).isEqualTo(merged);
                        assertThat(heir.counters.lostReferences).isZero();
                    }
                    assertThat(
                                    heirs.sum(
                                            s ->
                                                    s.reservoir.size()
                                                            + s.backlog.size()
                                                            - heldForValidation(s)
                                                            - repeatedIn(s)))
                            .isEqualTo(held);
                    assertThat(heirs.sum(s -> s.validation.size() + heldForValidation(s)))
                            .isEqualTo(validation);
                    assertThat(heirs.sum(s -> s.counters().batches())).isEqualTo(batches);
                    assertThat(heirs.sum(s -> s.counters().duplicates())).isEqualTo(duplicates);
                    assertThat(inserts).isLessThanOrEqualTo(ShardsFixture.TRAINED);
                    heirs.runToTheEnd(new Random(15));
                    for (TrainingShard heir : heirs.shards) {
                        assertThat(heir.reservoir.size()).isZero();
                        assertThat(heir.backlog.isEmpty()).isTrue();
                    }
                    assertThat(heirs.sum(s -> s.counters().duplicates()))
                            .isEqualTo(ShardsFixture.DUPLICATES);
                    assertThat(heirs.sum(s -> s.validation.size()))
                            .isEqualTo(2L * StudyFixture.STEPS);
                }
            }
        }
        assertThat(aside).as("a cut while a shard trained on").isEqualTo(overlap > 0);
    }

    /** All shards have been given the samples up to the same one, as at a barrier. */
    static void evenOut(ShardsFixture shards) {
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
}
