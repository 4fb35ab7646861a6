package io.penstock.surrogate;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Floats outside the heap, used again and again: tensors are made of them without a copy. They must
 * have done their work before the next ones are filled in.
 */
final class DirectFloats {
    private ByteBuffer bytes = ByteBuffer.allocateDirect(0);
    private int filled;

    /** Empties it and makes room. */
    FloatBuffer clear(long floats) {
        filled = Math.toIntExact(floats * Float.BYTES);
        if (bytes.capacity() < filled) {
            bytes = ByteBuffer.allocateDirect(filled);
        }
        return bytes.duplicate().order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    /** The bytes that there was room asked for. */
    ByteBuffer filled() {
        return bytes.duplicate().order(ByteOrder.nativeOrder()).limit(filled);
    }
}
