package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.penstock.reservoir.SlotStore;
import io.penstock.sample.Normalizer;
import io.penstock.sample.Sample;
import io.penstock.surrogate.MlpSpec;
import io.penstock.surrogate.SurrogateSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoisyOptimiserTest {
    private static final double ETA = 0.25;
    private static final double GAMMA = 0.55;
    private static final long NOISE = 11;

    /** Some 95 000 weights, in several pieces. */
    private static StudySpec study(ContinualSpec continual) {
        StudySpec small =
                StudyFixture.counted(1).with(OptimiserSpec.Kind.SGD).with(continual).spec();
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

    private static UniformRandomProvider random(long seed) {
        return RandomSource.XO_SHI_RO_256_PP.create(seed);
    }

    /** The weights after one step of rate 1, as the {@code number}-th. */
    private static double[] stepped(ContinualSpec continual, long number) {
        StudySpec study = study(continual);
        try (SlotStore store = SlotStore.allocate(4, study.sample().rowBytes());
                SurrogateTrainer trainer =
                        new SurrogateTrainer(
                                study,
                                Normalizer.ofRanges(study.sample()),
                                random(7),
                                random(NOISE))) {
            for (int i = 0; i < 4; i++) {
                Sample sample = StudyFixture.sample(i, 5 * i, i);
                store.put(i, sample.row());
            }
            Drawn batch = new Drawn(new int[] {0, 1, 2, 3}, new boolean[4], 4, 1);
            trainer.step(store, batch, 1, number);
            return trainer.surrogate().weights().stream()
                    .map(weight -> weight.values().toFloatArray())
                    .flatMapToDouble(w -> IntStream.range(0, w.length).mapToDouble(i -> w[i]))
                    .toArray();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 999})
    void addsToEachGradientNoiseWhoseVarianceFallsWithTheStep(long t) {
        double[] plain = stepped(ContinualSpec.NONE, t);
        double[] noisy = stepped(new ContinualSpec(ETA, GAMMA), t);
        var gaussian = ZigguratSampler.NormalizedGaussian.of(random(NOISE));
        double deviation = Math.sqrt(ETA / Math.pow(1 + t, GAMMA));
        double squares = 0;
        for (int i = 0; i < plain.length; i++) {
            double noise = plain[i] - noisy[i];
            assertThat(noise).isCloseTo(deviation * gaussian.sample(), within(2e-6));
            squares += noise * noise;
        }
        // 4 standard errors of the variance of 95 000 values are 1.8 %.
        assertThat(squares / plain.length)
                .isCloseTo(ETA / Math.pow(1 + t, GAMMA), withinPercentage(1.8));
    }

    @Test
    void isTheSameForTheSameGenerator() {
        ContinualSpec continual = new ContinualSpec(ETA, GAMMA);
        assertThat(stepped(continual, 3)).isEqualTo(stepped(continual, 3));
    }

    @Test
    void takesWholeGradientsSoThatAStepIsNotOnePass() {
        StudySpec plain = StudyFixture.counted(1).spec();
        TrainingSpec noisy = plain.training().with(new ContinualSpec(ETA, GAMMA));
        assertThat(plain.training().isOnePass(plain.surrogate())).isTrue();
        assertThat(noisy.isOnePass(plain.surrogate())).isFalse();
    }
}
