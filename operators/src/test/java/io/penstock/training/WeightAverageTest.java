package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.reservoir.SlotStore;
import io.penstock.sample.Sample;
import io.penstock.setting.InvalidSettingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightAverageTest {
    private static final List<Sample> SAMPLES = StudyFixture.samples(12);

    private static StudyFixture averaging(double decay) {
        return StudyFixture.counted(4).with(new ContinualSpec(0, 0.55, decay, 0, 1));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.999})
    void isTheRecurrenceOverTheStepsWithSmallerDecaysAtFirst(double decay) {
        StudySpec study = Trainers.wide(averaging(decay));
        try (SlotStore store = Trainers.rows(study);
                SurrogateTrainer trainer = Trainers.create(study)) {
            double[] expected = Trainers.values(trainer.surrogate());
            for (int t = 0; t < 30; t++) {
                trainer.step(store, Trainers.batch(t), 1e-3, t);
                double[] weights = Trainers.values(trainer.surrogate());
                double d = Math.min(decay, (1.0 + t) / (10.0 + t));
                for (int i = 0; i < weights.length; i++) {
                    expected[i] = d * expected[i] + (1 - d) * weights[i];
                }
            }
            assertThat(Trainers.values(trainer.served())).containsExactly(expected, within(1e-6));
        }
    }

    @Test
    void leavesTheTrainingAsItIsAndValidatesTheAverages() {
        StudySpec averaged = Trainers.wide(averaging(0.9));
        StudySpec plain = Trainers.wide(StudyFixture.counted(4));
        try (SlotStore store = Trainers.rows(plain);
                SurrogateTrainer one = Trainers.create(averaged);
                SurrogateTrainer other = Trainers.create(plain)) {
            for (int t = 0; t < 10; t++) {
                one.step(store, Trainers.batch(t), 1e-3, t);
                other.step(store, Trainers.batch(t), 1e-3, t);
            }
            assertThat(Trainers.values(one.surrogate()))
                    .isEqualTo(Trainers.values(other.surrogate()));

            WeightMean.copy(
                    one.served().weights().stream().map(w -> w.values()).toList(),
                    other.mergedTensors(MergeSpec.Moments.LOCAL));
            one.evaluate(store, Trainers.batch(0));
            other.evaluate(store, Trainers.batch(0));
            assertThat(one.errorSums()).isEqualTo(other.errorSums());
        }
    }

    @Test
    void isWhatAShardPublishes() {
        try (TrainingShard shard = new TrainingShard(averaging(0.99).spec(), 0)) {
            SAMPLES.forEach(shard::accept);
            assertThat(shard.publishedWeights()).isEqualTo(shard.trainer.served().weights());
            assertThat(Trainers.values(shard.trainer.served()))
                    .isNotEqualTo(Trainers.values(shard.surrogate()));
        }
    }

    @Test
    void beginsWithTheWeightsOfAStateThatHasNoAverage() throws IOException {
        try (TrainingShard plain = new TrainingShard(StudyFixture.counted(4).spec(), 0);
                TrainingShard averaged = new TrainingShard(averaging(0.99).spec(), 0)) {
            goOn(plain, averaged);
            assertThat(Trainers.values(averaged.trainer.served()))
                    .isEqualTo(Trainers.values(plain.surrogate()));
        }
    }

    @Test
    void isLeftOutByAStudyThatSwitchesItOff() throws IOException {
        try (TrainingShard averaged = new TrainingShard(averaging(0.99).spec(), 0);
                TrainingShard plain = new TrainingShard(StudyFixture.counted(4).spec(), 0)) {
            goOn(averaged, plain);
            assertThat(Trainers.values(plain.surrogate()))
                    .isEqualTo(Trainers.values(averaged.surrogate()));
        }
    }

    @Test
    void beginsWithTheWeightsInheritedFromSeveralShards() throws IOException {
        StudySpec study = averaging(0.99).spec();
        StudySpec two = StudyFixture.sharded(StudyFixture.counted(4), 2);
        try (ShardsFixture formers = new ShardsFixture(two, SAMPLES);
                TrainingShard heir = new TrainingShard(study, 0)) {
            formers.run(new Random(1), 300);
            List<byte[]> states = formers.checkpoint().states();
            List<InputStream> left = new ArrayList<>();
            for (int number = 0; number < 2; number++) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                Inheritance.write(
                        study,
                        new TrainerState.Header(TrainerState.VERSION, "", "", 2, number),
                        new ByteArrayInputStream(states.get(number)),
                        out);
                left.add(new ByteArrayInputStream(out.toByteArray()));
            }
            Inheritance.take(heir, left, StudyFixture.log(SAMPLES, 0));
            assertThat(heir.counters().batches()).isPositive();
            assertThat(Trainers.values(heir.trainer.served()))
                    .isEqualTo(Trainers.values(heir.surrogate()));
        }
    }

    private static void goOn(TrainingShard from, TrainingShard to) throws IOException {
        SAMPLES.forEach(from::accept);
        assertThat(from.counters().batches()).isPositive();
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        TrainerState.write(from, state);
        TrainerState.read(
                to, new ByteArrayInputStream(state.toByteArray()), StudyFixture.log(SAMPLES, 0));
    }

    @Test
    void isRefusedWithSeveralShards() {
        assertThatThrownBy(() -> StudyFixture.sharded(averaging(0.99), 2))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("training.continual.weight-averaging: 0.99")
                .hasMessageContaining("0, since training.shards is 2");
    }
}
