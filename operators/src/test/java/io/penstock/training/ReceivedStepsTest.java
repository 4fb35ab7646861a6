package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.sample.SampleKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceivedStepsTest {
    @ParameterizedTest
    @CsvSource({"1, 0, 10", "3, 0, 10", "3, 2, 10", "5, 3, 4", "7, 6, 3"})
    void tellsWhatASetWouldTell(int shards, int shard, int steps) throws IOException {
        Random random = new Random(shards + shard);
        ReceivedSteps received = new ReceivedSteps(steps, shards, shard);
        Set<SampleKey> expected = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            SampleKey key = new SampleKey(random.nextInt(60), random.nextInt(steps));
            if (key.shard(shards) != shard) {
                continue;
            }
            assertThat(received.contains(key)).isEqualTo(expected.contains(key));
            assertThat(received.add(key)).isEqualTo(expected.add(key));
            if (i % 2000 == 0) {
                received = restored(received, steps, shards, shard);
            }
        }
        assertThat(received.underWay()).as("all whole by now").isZero();
    }

    private static ReceivedSteps restored(ReceivedSteps from, int steps, int shards, int shard)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        from.writeTo(new DataOutputStream(out));
        ReceivedSteps restored = new ReceivedSteps(steps, shards, shard);
        restored.readFrom(
                new DataInputStream(new ByteArrayInputStream(out.toByteArray())),
                TrainerState.VERSION);
        return restored;
    }

    @Test
    void aMillionSimulationsTakeNextToNoState() throws IOException {
        ReceivedSteps received = new ReceivedSteps(4, 1, 0);
        for (long simulation = 0; simulation < 1_000_000; simulation++) {
            for (int step = 0; step < 4; step++) {
                received.add(new SampleKey(simulation, step));
            }
        }
        received.add(new SampleKey(1_000_000, 2));
        assertThat(received.underWay()).isOne();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        received.writeTo(new DataOutputStream(out));
        assertThat(out.size()).isLessThan(1000);
        ReceivedSteps restored = restored(received, 4, 1, 0);
        assertThat(restored.add(new SampleKey(999_999, 3))).isFalse();
        assertThat(restored.add(new SampleKey(1_000_000, 2))).isFalse();
        assertThat(restored.add(new SampleKey(1_000_000, 3))).isTrue();
    }

    @Test
    void anotherNumberOfShardsTakesItsPartOfWholeSimulations() {
        ReceivedSteps[] two = {new ReceivedSteps(5, 2, 0), new ReceivedSteps(5, 2, 1)};
        for (int simulation = 0; simulation < 4; simulation++) {
            for (int step = 0; step < (simulation == 3 ? 3 : 5); step++) {
                SampleKey key = new SampleKey(simulation, step);
                two[key.shard(2)].add(key);
            }
        }
        for (int shard = 0; shard < 3; shard++) {
            int mine = shard;
            ReceivedSteps heir = new ReceivedSteps(5, 3, shard);
            for (ReceivedSteps former : two) {
                heir.addAll(former, key -> key.shard(3) == mine);
            }
            for (int simulation = 0; simulation < 4; simulation++) {
                for (int step = 0; step < 5; step++) {
                    SampleKey key = new SampleKey(simulation, step);
                    if (key.shard(3) == shard) {
                        assertThat(heir.contains(key))
                                .as("%s", key)
                                .isEqualTo(simulation < 3 || step < 3);
                    }
                }
            }
        }
    }
}
