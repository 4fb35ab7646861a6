package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.penstock.reservoir.SlotStore;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoisyOptimiserTest {
    private static final double ETA = 0.25;
    private static final double GAMMA = 0.55;

    /** The weights after one step of rate 1, as the {@code number}-th. */
    private static double[] stepped(ContinualSpec continual, long number) {
        StudySpec study =
                Trainers.wide(StudyFixture.counted(1).with(OptimiserSpec.Kind.SGD).with(continual));
        try (SlotStore store = Trainers.rows(study);
                SurrogateTrainer trainer = Trainers.create(study)) {
            trainer.step(store, Trainers.batch(0), 1, number);
            return Trainers.values(trainer.surrogate());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 999})
    void addsToEachGradientNoiseWhoseVarianceFallsWithTheStep(long t) {
        double[] plain = stepped(ContinualSpec.NONE, t);
        double[] noisy = stepped(new ContinualSpec(ETA, GAMMA, 0, 0, 1), t);
        var gaussian =
                ZigguratSampler.NormalizedGaussian.of(
                        RandomSource.XO_SHI_RO_256_PP.create(Trainers.NOISE));
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
        ContinualSpec continual = new ContinualSpec(ETA, GAMMA, 0, 0, 1);
        assertThat(stepped(continual, 3)).isEqualTo(stepped(continual, 3));
    }

    @Test
    void takesWholeGradientsSoThatAStepIsNotOnePass() {
        StudySpec plain = StudyFixture.counted(1).spec();
        TrainingSpec noisy = plain.training().with(new ContinualSpec(ETA, GAMMA, 0, 0, 1));
        assertThat(plain.training().isOnePass(plain.surrogate())).isTrue();
        assertThat(noisy.isOnePass(plain.surrogate())).isFalse();
    }
}
