package io.penstock.training;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.penstock.sample.SampleLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
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
        return new TrainingShard(StudyFixture.counted(4).spec(), 0);
    }

    /**
     * A good state into which others' bytes are written, since nobody finds its header by chance.
     */
    @FuzzTest(maxDuration = "10m")
    void everyStateIsRestoredOrRefused(byte[] noise) {
        if (noise.length < 3) {
            return;
        }
        byte[] state = GOOD.clone();
        int at = ((noise[0] & 0xff) << 8 | noise[1] & 0xff) % state.length;
        int length = Math.min(noise.length - 2, state.length - at);
        System.arraycopy(noise, 2, state, at, length);
        read(state);
        read(Arrays.copyOf(state, at + length));
    }

    private static void read(byte[] state) {
        try (TrainingShard shard = shard()) {
            TrainerState.read(shard, new ByteArrayInputStream(state), EMPTY);
        } catch (IOException e) {
            // Refused, as it should be.
        }
    }
}
