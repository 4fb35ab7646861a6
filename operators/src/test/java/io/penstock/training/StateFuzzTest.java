package io.penstock.training;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.penstock.FuzzNoise;
import io.penstock.sample.SampleLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** Whatever the bytes of a state are, it is restored or refused with an {@link IOException}. */
class StateFuzzTest {
    private static final SampleLog EMPTY = StudyFixture.log(List.of(), Long.MAX_VALUE);
    private static final byte[] GOOD = good();

    private static byte[] good() {
        try (TrainingShard shard = shard()) {
            StudyFixture.samples(3).forEach(shard::accept);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            TrainerState.write(shard, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static TrainingShard shard() {
        StudyFixture all = StudyFixture.counted(4).with(GoldenTrainerState.TECHNIQUES);
        return new TrainingShard(all.spec(), 0);
    }

    @FuzzTest(maxDuration = "10m")
    void everyStateIsRestoredOrRefused(byte[] noise) {
        FuzzNoise.in(GOOD, noise).forEach(StateFuzzTest::read);
    }

    private static void read(byte[] state) {
        try (TrainingShard shard = shard()) {
            TrainerState.read(shard, new ByteArrayInputStream(state), EMPTY);
        } catch (IOException e) {
            // Refused, as it should be.
        }
    }
}
