package io.penstock.reservoir;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.apache.commons.rng.core.RandomProviderDefaultState;

/**
 * Writes the state of a random generator and reads it back, so that the generator goes on with the
 * same numbers. On the wire: the length as an int, then that many bytes of the generator's own.
 */
public final class RandomState {
    private RandomState() {}

    /** Writes the state of a generator made by {@code RandomSource}. */
    public static void write(RestorableUniformRandomProvider rng, DataOutput out)
            throws IOException {
        byte[] state = bytes(rng);
        out.writeInt(state.length);
        out.write(state);
    }

    /**
     * Sets a generator to a state written from one of its kind.
     *
     * @throws IOException if the state ends early or is of another length than this generator's
     */
    public static void read(RestorableUniformRandomProvider rng, DataInput in) throws IOException {
        int expected = bytes(rng).length;
        int length = in.readInt();
        if (length != expected) {
            throw new IOException(
                    "cannot restore the random generator: its state has "
                            + length
                            + " bytes, that of "
                            + rng
                            + " has "
                            + expected);
        }
        byte[] state = new byte[length];
        in.readFully(state);
        rng.restoreState(new RandomProviderDefaultState(state));
    }

    private static byte[] bytes(RestorableUniformRandomProvider rng) {
        return ((RandomProviderDefaultState) rng.saveState()).getState();
    }
}
