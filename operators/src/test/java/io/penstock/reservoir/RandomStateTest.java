package io.penstock.reservoir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomStateTest {
    /** Odd numbers of ints and booleans leave half a word in the generator's caches. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 1001})
    void continuesWithTheSameNumbers(int drawnBefore) throws IOException {
        RestorableUniformRandomProvider rng = Reservoirs.rng(5);
        for (int i = 0; i < drawnBefore; i++) {
            rng.nextInt();
            rng.nextBoolean();
        }
        RestorableUniformRandomProvider restored = Reservoirs.rng(6);
        RandomState.read(restored, in(state(rng)));
        for (int i = 0; i < 200; i++) {
            assertThat(restored.nextInt(17)).isEqualTo(rng.nextInt(17));
            assertThat(restored.nextBoolean()).isEqualTo(rng.nextBoolean());
            assertThat(restored.nextDouble()).isEqualTo(rng.nextDouble());
        }
    }

    @Test
    void leavesTheGeneratorWrittenAsItWas() throws IOException {
        RestorableUniformRandomProvider rng = Reservoirs.rng(5);
        state(rng);
        assertThat(rng.nextLong()).isEqualTo(Reservoirs.rng(5).nextLong());
    }

    @Test
    void refusesTheStateOfAnotherGenerator() throws IOException {
        byte[] state = state(RandomSource.MT.create(1));
        assertThatIOException()
                .isThrownBy(() -> RandomState.read(Reservoirs.rng(1), in(state)))
                .withMessageContaining("random generator")
                .withMessageContaining((state.length - 4) + " bytes");
    }

    @Test
    void refusesAStateCutShort() throws IOException {
        byte[] state = state(Reservoirs.rng(1));
        byte[] half = Arrays.copyOf(state, state.length / 2);
        assertThatIOException()
                .isThrownBy(() -> RandomState.read(Reservoirs.rng(1), in(half)))
                .isInstanceOf(EOFException.class);
    }

    private static byte[] state(RestorableUniformRandomProvider rng) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        RandomState.write(rng, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DataInputStream in(byte[] state) {
        return new DataInputStream(new ByteArrayInputStream(state));
    }
}
