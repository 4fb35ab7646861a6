package io.penstock.sample;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian numbers in byte arrays. */
final class Floats {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle FLOAT =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle DOUBLE =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long MAGNITUDES = 0x7FFF_FFFF_7FFF_FFFFL;
    private static final long LOWEST_EXPONENT_BITS = 0x0080_0000_0080_0000L;
    private static final long SIGNS = 0x8000_0000_8000_0000L;

    private Floats() {}

    static float get(byte[] bytes, int start) {
        return (float) FLOAT.get(bytes, start);
    }

    static double getDouble(byte[] bytes, int start) {
        return (double) DOUBLE.get(bytes, start);
    }

    static void set(byte[] bytes, int start, float value) {
        FLOAT.set(bytes, start, value);
    }

    /** Rounds {@code count} doubles to floats; those out of range become infinite. */
    static void narrow(byte[] from, int fromStart, byte[] to, int toStart, int count) {
        for (int i = 0; i < count; i++) {
            double value = (double) DOUBLE.get(from, fromStart + i * Double.BYTES);
            FLOAT.set(to, toStart + i * Float.BYTES, (float) value);
        }
    }

    /**
     * Whether none of {@code count} floats is NaN or infinite.
     *
     * <p>Two floats at a time in a long, without branches: the magnitude bits of a number that is
     * not finite are at least 0x7F800000 (all exponent bits set), so adding 0x00800000 carries into
     * the sign bit, for these only; nothing carries from one half into the other.
     */
    static boolean allFinite(byte[] bytes, int start, int count) {
        long carried = 0;
        long carriedToo = 0;
        int end = start + count * Float.BYTES;
        int at = start;
        for (; at <= end - 2 * Long.BYTES; at += 2 * Long.BYTES) {
            long a = (long) LONG.get(bytes, at);
            long b = (long) LONG.get(bytes, at + Long.BYTES);
            carried |= (a & MAGNITUDES) + LOWEST_EXPONENT_BITS;
            carriedToo |= (b & MAGNITUDES) + LOWEST_EXPONENT_BITS;
        }
        boolean finite = ((carried | carriedToo) & SIGNS) == 0;
        for (; at < end; at += Float.BYTES) {
            finite &= Float.isFinite(get(bytes, at));
        }
        return finite;
    }
}
