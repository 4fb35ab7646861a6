package io.penstock.training;

import java.nio.ByteBuffer;

/** The log of the contributions, read by position. */
public interface ContributionLog extends AutoCloseable {
    /**
     * The values of a chunk that was seen at a position, little-endian 32-bit floats.
     *
     * @throws java.io.UncheckedIOException when they are not there any more, or the log does not
     *     answer
     */
    ByteBuffer values(long offset);

    @Override
    void close();

    /** Opens the log; may be called when it is not needed in the end, so opening must be cheap. */
    interface Factory extends java.io.Serializable {
        ContributionLog open();
    }
}
