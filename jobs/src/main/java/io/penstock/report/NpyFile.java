package io.penstock.report;

import io.penstock.setting.Check;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Writes an array of 32-bit floats as a {@code .npy} file, format 1.0 (NumPy reference,
 * numpy.lib.format). DJL's own writer of the format is not public.
 */
public final class NpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;

    private NpyFile() {}

    /**
     * Writes {@code data}, in C order, as an array of the shape, in one move.
     *
     * @param shape extent of each axis, slowest first; empty for a single number
     */
    public static void write(Path file, int[] shape, float[] data) throws IOException {
        long cells = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
        Check.that(cells == data.length, "data", data.length + " values", cells + " values");
        byte[] header = header(shape);
        ByteBuffer content =
                ByteBuffer.allocate(
                                Math.addExact(
                                        MAGIC.length + Short.BYTES + header.length,
                                        Math.multiplyExact(Float.BYTES, data.length)))
                        .order(ByteOrder.LITTLE_ENDIAN);
        content.put(MAGIC).putShort((short) header.length).put(header);
        content.asFloatBuffer().put(data);
        AtomicFile.write(file, content.array());
    }

    /** A Python literal, padded so that the data begins at a multiple of 64 bytes. */
    private static byte[] header(int[] shape) {
        String extents =
                Arrays.stream(shape).mapToObj(n -> n + ",").collect(Collectors.joining(" "));
        String text =
                "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }".formatted(extents);
        int before = MAGIC.length + Short.BYTES + text.length() + 1;
        String padding = " ".repeat(Math.floorMod(-before, ALIGNMENT));
        return (text + padding + "\n").getBytes(StandardCharsets.US_ASCII);
    }
}
