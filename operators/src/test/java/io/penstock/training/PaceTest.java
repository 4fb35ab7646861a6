package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void owesTheRatioOfWhatCameInAboveTheThreshold() {
        Pace pace = new Pace(new PaceSpec(PaceSpec.Kind.SAMPLES_PER_INSERT, 2.5), 10, 100);
        assertThat(pace.isOwed(100, 0)).isFalse();
        assertThat(pace.isOwed(103, 0)).isFalse();
        assertThat(pace.isOwed(104, 0)).isTrue();
        assertThat(pace.isOwed(104, 10)).isFalse();
        assertThat(pace.isOwed(108, 10)).isTrue();
    }

    @Test
    void catchesUpWithMoreStepsPerInsertThanItOwesPerInsert() {
        assertThat(pace(32, 10).stepsPerInsert()).isEqualTo(5);
        assertThat(pace(0.5, 10).stepsPerInsert()).isEqualTo(2);
    }

    private static Pace pace(double ratio, int batch) {
        return new Pace(new PaceSpec(PaceSpec.Kind.SAMPLES_PER_INSERT, ratio), batch, 0);
    }

    @Test
    void continuousPaceWaitsForABatchUnlessTheInputIsIdle() {
        Pace pace = new Pace(new PaceSpec(PaceSpec.Kind.CONTINUOUS, 1), 10, 0);
        assertThat(pace.isDue(9, false)).isFalse();
        assertThat(pace.isDue(10, false)).isTrue();
        assertThat(pace.isDue(0, true)).isTrue();
    }

    @Test
    void halvesTheRateAtTheSamplesOfTheSchedule() {
        LearningRateSchedule schedule = new LearningRateSchedule(62_500, 0.5, 4);
        assertThat(schedule.rate(1e-3, 62_499)).isEqualTo(1e-3);
        assertThat(schedule.rate(1e-3, 62_500)).isEqualTo(5e-4);
        assertThat(schedule.rate(1e-3, 125_000)).isEqualTo(2.5e-4);
        assertThat(schedule.rate(1e-3, 10_000_000)).isCloseTo(6.25e-5, within(1e-18));
        assertThat(new LearningRateSchedule(0, 0.5, 4).rate(1e-3, 1 << 30)).isEqualTo(1e-3);
    }
}
