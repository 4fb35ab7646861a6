package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.surrogate.Safetensors;
import io.penstock.surrogate.Surrogate.NamedWeight;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GoldenTrainerStateTest {
    private static final long GOLDEN_BATCHES = 36;
    private static final String GOLDEN_WEIGHTS =
            "0e56df3a44b528420d22bb09653b2ab157c1bd78513b604ade2880e64a6d1b9f";

    private static final String GOLDEN_WEIGHTS_OF_TWO =
            "f22542c2b908ed53ab715dff1264a9528d52712a79d817d7b3dfefaf18bb34f0";

    private static final String GOLDEN_WEIGHTS_OF_ONE_THAT_TRAINS_ON =
            "1f068ab46150ac54bebbbbb9633fbbfa20c857b9ff1a767bc35c1f214c84cc99";

    private static final String GOLDEN_WEIGHTS_WITH_TECHNIQUES =
            "d931806c0a454ba38d49425e38dde37d21b19571adb5f6f96919a4a1d16d00b3";
    private static final String GOLDEN_AVERAGES =
            "c5c754dc832fe768e9def0bff05fa07052fb6b77ca509854a53a65816c5a9e05";
    private static final double GOLDEN_CHURN = 0.016141950090726217;

    private static final String GOLDEN_WEIGHTS_CONTROLLED =
            "136ab22563c1548af6a18077d85ab3811ca977bbcdcc42fe295ed6664e9bd59a";

    @Test
    void versionOneStaysReadable() throws Exception {
        try (TrainingShard shard = new TrainingShard(GoldenTrainerState.fixture().spec(), 0);
                InputStream in = golden(GoldenTrainerState.VERSION_1)) {
            TrainerState.read(shard, in, StudyFixture.log(GoldenTrainerState.SAMPLES, 0));
            assertThat(shard.counters().batches()).isEqualTo(GOLDEN_BATCHES);
            assertThat(shard.counters().duplicates()).isEqualTo(2);
            assertThat(shard.reservoir.inserts()).isEqualTo(88);
            assertThat(shard.reservoir.size()).isEqualTo(40);
            assertThat(shard.validation.size()).isEqualTo(40);
            assertThat(shard.offsets()).containsEntry(0, GoldenTrainerState.TAKEN - 1L);
            assertThat(weightsSha256(shard)).isEqualTo(GOLDEN_WEIGHTS);
            GoldenTrainerState.SAMPLES
                    .subList(GoldenTrainerState.TAKEN, GoldenTrainerState.SAMPLES.size())
                    .forEach(shard::accept);
            assertThat(shard.counters().batches()).isGreaterThan(GOLDEN_BATCHES);
        }
    }

    @Test
    void versionTwoStaysReadable() throws Exception {
        try (ShardsFixture shards = GoldenTrainerState.shards();
                InputStream in = golden(GoldenTrainerState.VERSION_2)) {
            TrainingShard shard = shards.create(0);
            shards.shards.get(0).close();
            shards.shards.set(0, shard);
            TrainerState.read(shard, in, StudyFixture.log(GoldenTrainerState.SAMPLES, 0));
            assertThat(shard.counters().batches()).isEqualTo(10);
            assertThat(shard.rounds.isWaiting()).isTrue();
            assertThat(shard.backlog.size()).isEqualTo(GoldenTrainerState.BACKLOG);
            assertThat(weightsSha256(shard)).isEqualTo(GOLDEN_WEIGHTS_OF_TWO);
            shards.runToTheEnd(new Random(1));
            assertThat(shard.reservoir.size()).isZero();
        }
    }

    @Test
    void versionThreeStaysReadable() throws Exception {
        try (ShardsFixture shards = GoldenTrainerState.trainingOn();
                ShardsFixture undisturbed = GoldenTrainerState.trainingOn();
                InputStream in = golden(GoldenTrainerState.VERSION_3)) {
            TrainingShard shard = shards.create(0);
            shards.shards.get(0).close();
            shards.shards.set(0, shard);
            TrainerState.read(shard, in, StudyFixture.log(GoldenTrainerState.SAMPLES, 0));
            assertThat(shard.counters().batches()).isEqualTo(12);
            assertThat(shard.rounds.hasContributed()).isTrue();
            assertThat(shard.rounds.isWaiting()).isFalse();
            assertThat(weightsSha256(shard)).isEqualTo(GOLDEN_WEIGHTS_OF_ONE_THAT_TRAINS_ON);
            shards.runToTheEnd(new Random(1));
            undisturbed.runToTheEnd(new Random(2));
            assertThat(weightsSha256(shard)).isEqualTo(weightsSha256(undisturbed.shards.get(0)));
        }
    }

    @Test
    void versionFourStaysReadable() throws Exception {
        ContinualSpec all = GoldenTrainerState.TECHNIQUES;
        StudySpec study = GoldenTrainerState.fixture().with(all).spec();
        try (TrainingShard shard = new TrainingShard(study, 0);
                InputStream in = golden(GoldenTrainerState.VERSION_4)) {
            TrainerState.read(shard, in, StudyFixture.log(GoldenTrainerState.SAMPLES, 0));
            assertThat(shard.counters().batches()).isEqualTo(GOLDEN_BATCHES);
            assertThat(weightsSha256(shard)).isEqualTo(GOLDEN_WEIGHTS_WITH_TECHNIQUES);
            assertThat(shard.churn()).isEqualTo(GOLDEN_CHURN);
            assertThat(sha256(shard.publishedWeights())).isEqualTo(GOLDEN_AVERAGES);
            GoldenTrainerState.SAMPLES
                    .subList(GoldenTrainerState.TAKEN, GoldenTrainerState.SAMPLES.size())
                    .forEach(shard::accept);
            assertThat(shard.counters().batches()).isGreaterThan(GOLDEN_BATCHES);
        }
    }

    @Test
    void versionFiveStaysReadable() throws Exception {
        ControlsFixture controls = new ControlsFixture();
        ShardLogs none = ShardLogs.NONE;
        ShardLogs logs =
                new ShardLogs(
                        "golden",
                        none.sink(),
                        none.contributions(),
                        none.samples(),
                        controls.sink(0));
        try (TrainingShard shard = new TrainingShard(GoldenTrainerState.fixture().spec(), 0, logs);
                InputStream in = golden(GoldenTrainerState.VERSION_5)) {
            TrainerState.read(shard, in, StudyFixture.log(GoldenTrainerState.SAMPLES, 0));
            shard.beginControls(0);
            assertThat(shard.counters().batches()).isEqualTo(GOLDEN_BATCHES);
            assertThat(weightsSha256(shard)).isEqualTo(GOLDEN_WEIGHTS_CONTROLLED);
            assertThat(shard.controlsPosition()).isEqualTo(6);
            assertThat(shard.isPaused()).isTrue();
            assertThat(shard.backlog.size()).isEqualTo(GoldenTrainerState.BACKLOG);
            assertThat(shard.learningRate()).isEqualTo(2.5e-3);
            shard.answerControls();
            assertThat(controls.log)
                    .extracting(Control::id)
                    .containsExactly("another rate", "resume");
            for (int i = 0; i < 2; i++) {
                Control said = controls.log.get(i);
                shard.take(new Control(said.id(), said.kind(), Double.NaN, 0, said.batch(), 6 + i));
            }
            assertThat(shard.isPaused()).isFalse();
            assertThat(shard.learningRate()).isEqualTo(1e-3);
            assertThat(shard.isWorkDue(false)).isTrue();
        }
    }

    private static InputStream golden(String file) {
        return Objects.requireNonNull(GoldenTrainerStateTest.class.getResourceAsStream(file));
    }

    private static String weightsSha256(TrainingShard shard) throws Exception {
        return sha256(shard.surrogate().weights());
    }

    private static String sha256(List<NamedWeight> weights) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Safetensors.write(weights, out);
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(out.toByteArray()));
    }
}
