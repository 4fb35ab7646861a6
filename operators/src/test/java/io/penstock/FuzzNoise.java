package io.penstock;

import java.util.Arrays;
import java.util.List;

/** Lets a fuzzer work on good bytes, whose header nobody finds by chance. */
public final class FuzzNoise {
    private FuzzNoise() {}

    /**
     * Good bytes into which noise is written, and the same cut off behind it; none when there is
     * too little noise.
     *
     * @param noise where to write, as two bytes, then what
     */
    public static List<byte[]> in(byte[] good, byte[] noise) {
        if (noise.length < 3) {
            return List.of();
        }
        byte[] bytes = good.clone();
        int at = ((noise[0] & 0xff) << 8 | noise[1] & 0xff) % bytes.length;
        int length = Math.min(noise.length - 2, bytes.length - at);
        System.arraycopy(noise, 2, bytes, at, length);
        return List.of(bytes, Arrays.copyOf(bytes, at + length));
    }
}
