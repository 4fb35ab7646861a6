package io.penstock.training;

import io.penstock.reservoir.SlotStore;
import io.penstock.sample.Normalizer;
import io.penstock.surrogate.MlpSpec;
import io.penstock.surrogate.Surrogate;
import io.penstock.surrogate.SurrogateSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.simple.RandomSource;

/** Trainers of the fixture's study for tests, and rows for them. */
final class Trainers {
    static final int ROWS = 8;
    static final long NOISE = 11;

    private Trainers() {}

    /** The fixture's study with some 95 000 weights, which are several pieces. */
    static StudySpec wide(StudyFixture fixture) {
        StudySpec small = fixture.spec();
        return new StudySpec(
                small.sample(),
                small.reservoir(),
                new SurrogateSpec(
                        new MlpSpec(List.of(300, 300)),
                        small.surrogate().form(),
                        small.surrogate().normalizer()),
                small.training(),
                small.validation(),
                small.seed());
    }

    static SurrogateTrainer create(StudySpec study) {
        return new SurrogateTrainer(
                study,
                Normalizer.ofRanges(study.sample()),
                RandomSource.XO_SHI_RO_256_PP.create(7L),
                RandomSource.XO_SHI_RO_256_PP.create(NOISE));
    }

    static SlotStore rows(StudySpec study) {
        SlotStore store = SlotStore.allocate(ROWS, study.sample().rowBytes());
        for (int i = 0; i < ROWS; i++) {
            store.put(i, StudyFixture.sample(i, 2 * i, i).row());
        }
        return store;
    }

    /** A batch of some rows, which depend on its number. */
    static Drawn batch(long number) {
        int n = 4;
        int[] slots = IntStream.range(0, n).map(i -> (int) (number + 3 * i) % ROWS).toArray();
        return new Drawn(slots, new boolean[n], n, 1);
    }

    static double[] values(Surrogate surrogate) {
        return surrogate.weights().stream()
                .map(weight -> weight.values().toFloatArray())
                .flatMapToDouble(w -> IntStream.range(0, w.length).mapToDouble(i -> w[i]))
                .toArray();
    }
}
