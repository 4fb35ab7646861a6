package io.penstock.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.sun.management.ThreadMXBean;
import io.penstock.schemas.EventKind;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

/** Damaged records: whatever the bytes are, decoding neither throws nor allocates wildly. */
class SampleDecoderMutationTest {
    private static final int MUTATIONS = 100_000;
    private static final long SEED = 20240601;

    /** Class loading and the text of a reason fit in; a length bomb of 1 MiB does not. */
    private static final long MOST_BYTES = 512 << 10;

    private final UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(SEED);
    private final SampleDecoder decoder = new SampleDecoder(Outputs.SPEC);

    @Test
    void mutatedRecordsNeverThrowNorAllocateWildly() {
        List<byte[]> originals =
                List.of(
                        Outputs.encode(Outputs.output().build()),
                        FormerOutputs.single(),
                        Outputs.event("heat", EventKind.ENSEMBLE_FINISHED));
        originals.forEach(original -> decoder.decode(0, 0, original)); // Load what they need.
        int rejected = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] value = mutated(originals.get(random.nextInt(originals.size())));
            String hex = HexFormat.of().formatHex(value);
            long before = allocated();
            assertThatCode(() -> decoder.decode(0, 0, value)).as(hex).doesNotThrowAnyException();
            assertThat(allocated() - before).as(hex).isLessThan(MOST_BYTES);
            rejected += decoder.decode(0, 0, value) instanceof Rejection ? 1 : 0;
        }
        // Flips in numbers may leave a record valid; most damage must be seen.
        assertThat(rejected).isBetween(MUTATIONS / 2, MUTATIONS - 1);
    }

    @Test
    void lengthBombInEveryPlaceAllocatesNothing() {
        for (byte[] original :
                List.of(Outputs.encode(Outputs.output().build()), FormerOutputs.single())) {
            decoder.decode(0, 0, original);
            for (int at = 10; at < original.length; at++) {
                for (long declared :
                        new long[] {1 << 20, Integer.MAX_VALUE, 1L << 40, -(1L << 30)}) {
                    byte[] value = withNumberAt(original, at, declared);
                    long before = allocated();
                    decoder.decode(0, 0, value);
                    assertThat(allocated() - before)
                            .as("%d at byte %d", declared, at)
                            .isLessThan(MOST_BYTES);
                }
            }
        }
    }

    private byte[] mutated(byte[] original) {
        byte[] value = original.clone();
        switch (random.nextInt(4)) {
            case 0 -> flip(value, 1 + random.nextInt(4));
            case 1 -> {
                return Arrays.copyOf(value, random.nextInt(value.length));
            }
            case 2 -> {
                int at = random.nextInt(value.length);
                return withNumberAt(value, at, random.nextLong() >> random.nextInt(64));
            }
            default -> {
                int from = random.nextInt(value.length);
                byte[] noise = new byte[1 + random.nextInt(8)];
                random.nextBytes(noise);
                System.arraycopy(
                        noise, 0, value, from, Math.min(noise.length, value.length - from));
            }
        }
        return value;
    }

    private void flip(byte[] value, int bits) {
        for (int i = 0; i < bits; i++) {
            int bit = random.nextInt(value.length * 8);
            value[bit / 8] ^= (byte) (1 << (bit % 8));
        }
    }

    /** Replaces the byte at {@code at} by a number in Avro's variable-length encoding. */
    private static byte[] withNumberAt(byte[] value, int at, long number) {
        byte[] encoded = new byte[10];
        int length = 0;
        long bits = (number << 1) ^ (number >> 63);
        for (; (bits & ~0x7FL) != 0; bits >>>= 7) {
            encoded[length++] = (byte) ((bits & 0x7F) | 0x80);
        }
        encoded[length++] = (byte) bits;
        byte[] result = new byte[value.length - 1 + length];
        System.arraycopy(value, 0, result, 0, at);
        System.arraycopy(encoded, 0, result, at, length);
        System.arraycopy(value, at + 1, result, at + length, value.length - at - 1);
        return result;
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }
}
