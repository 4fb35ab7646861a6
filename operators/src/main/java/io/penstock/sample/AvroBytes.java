package io.penstock.sample;

import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Avro's binary encoding over an array, with every declared length checked against the bytes that
 * are there <em>before</em> anything is allocated. (Avro's own BinaryDecoder allocates what a
 * length says, up to 2 GB, and then finds that the bytes are missing.) Array and map counts are
 * bounded by the bytes left too: no item of our schemas is empty.
 *
 * <p>Besides decoding for Avro's readers it gives positions, so that big values can be taken from
 * the array without a copy in between.
 */
final class AvroBytes extends Decoder {
    private static final VarHandle DOUBLE =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle FLOAT =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MOST_VARINT_SHIFT = 63;

    private byte[] bytes = new byte[0];
    private int position;

    /** Starts reading {@code newBytes} at {@code start}. */
    AvroBytes reset(byte[] newBytes, int start) {
        bytes = newBytes;
        position = start;
        return this;
    }

    /** Index of the next byte to be read. */
    int position() {
        return position;
    }

    /** Bytes not read yet. */
    int remaining() {
        return bytes.length - position;
    }

    /**
     * Reads the length of a string or of bytes and steps over them; they end at {@link #position}.
     */
    int skipLengthPrefixed() throws IOException {
        int length = length(readLong(), "a length");
        position += length;
        return length;
    }

    @Override
    public long readLong() throws IOException {
        long bits = 0;
        for (int shift = 0; shift <= MOST_VARINT_SHIFT; shift += 7) {
            if (position >= bytes.length) {
                throw endsWithin("a number");
            }
            int b = bytes[position++];
            bits |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return (bits >>> 1) ^ -(bits & 1);
            }
        }
        throw new IOException("number of more than 10 bytes before byte " + position);
    }

    @Override
    public int readInt() throws IOException {
        long value = readLong();
        if (value != (int) value) {
            throw new IOException("number " + value + " does not fit an int, before " + position);
        }
        return (int) value;
    }

    @Override
    public double readDouble() throws IOException {
        return (double) DOUBLE.get(bytes, step(Double.BYTES, "a double"));
    }

    @Override
    public float readFloat() throws IOException {
        return (float) FLOAT.get(bytes, step(Float.BYTES, "a float"));
    }

    @Override
    public boolean readBoolean() throws IOException {
        byte value = bytes[step(1, "a boolean")];
        if (value != 0 && value != 1) {
            throw new IOException("boolean " + value + "; allowed: 0, 1");
        }
        return value == 1;
    }

    @Override
    public void readNull() {}

    @Override
    public int readEnum() throws IOException {
        return readInt();
    }

    @Override
    public int readIndex() throws IOException {
        return readInt();
    }

    @Override
    public Utf8 readString(@Nullable Utf8 old) throws IOException {
        return new Utf8(readString());
    }

    @Override
    public String readString() throws IOException {
        int length = skipLengthPrefixed();
        return new String(bytes, position - length, length, StandardCharsets.UTF_8);
    }

    @Override
    public void skipString() throws IOException {
        skipLengthPrefixed();
    }

    @Override
    public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
        int length = skipLengthPrefixed();
        return ByteBuffer.wrap(bytes, position - length, length).slice();
    }

    @Override
    public void skipBytes() throws IOException {
        skipLengthPrefixed();
    }

    @Override
    public void readFixed(byte[] target, int start, int length) throws IOException {
        System.arraycopy(bytes, step(length, "fixed bytes"), target, start, length);
    }

    @Override
    public void skipFixed(int length) throws IOException {
        step(length, "fixed bytes");
    }

    @Override
    public long readArrayStart() throws IOException {
        long count = readLong();
        if (count < 0) {
            // A negative count says that the size of the block in bytes follows.
            length(readLong(), "a block size");
            count = -count;
        }
        return length(count, "a count");
    }

    @Override
    public long arrayNext() throws IOException {
        return readArrayStart();
    }

    @Override
    public long skipArray() throws IOException {
        // Blocks whose size in bytes is given are skipped; for others the caller skips the items.
        for (long count = readLong(); count != 0; count = readLong()) {
            if (count > 0) {
                return length(count, "a count");
            }
            position += length(readLong(), "a block size");
        }
        return 0;
    }

    @Override
    public long readMapStart() throws IOException {
        return readArrayStart();
    }

    @Override
    public long mapNext() throws IOException {
        return readArrayStart();
    }

    @Override
    public long skipMap() throws IOException {
        return skipArray();
    }

    /** Steps over {@code length} bytes and returns where they begin. */
    private int step(int length, String what) throws IOException {
        if (length > remaining()) {
            throw endsWithin(what);
        }
        int start = position;
        position += length;
        return start;
    }

    private int length(long declared, String what) throws IOException {
        if (declared < 0 || declared > remaining()) {
            throw new EOFException(
                    what
                            + " before byte "
                            + position
                            + " says "
                            + declared
                            + ", but "
                            + remaining()
                            + " bytes are left");
        }
        return (int) declared;
    }

    private EOFException endsWithin(String what) {
        return new EOFException("record of " + bytes.length + " bytes ends within " + what);
    }
}
