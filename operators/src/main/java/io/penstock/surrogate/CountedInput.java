package io.penstock.surrogate;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream of tensors that knows how much of it has been read. */
public final class CountedInput extends FilterInputStream {
    private long bytes;

    /**
     * @param in what is read
     */
    public CountedInput(InputStream in) {
        super(in);
    }

    /** Bytes read so far. */
    public long bytes() {
        return bytes;
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        bytes += value < 0 ? 0 : 1;
        return value;
    }

    @Override
    public int read(byte[] b, int offset, int length) throws IOException {
        int n = in.read(b, offset, length);
        bytes += Math.max(0, n);
        return n;
    }
}
