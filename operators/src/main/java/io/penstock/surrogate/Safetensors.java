package io.penstock.surrogate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * Weights as a safetensors file: the length of a JSON header (8 bytes, little-endian), the header
 * (name → dtype, shape, data offsets), the values. Written and read in pieces, so that a model of a
 * gigabyte needs no second copy of itself; reading runs no code of the file's.
 *
 * @see <a href="https://github.com/huggingface/safetensors">the format</a>
 */
public final class Safetensors {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_HEADER = 1 << 24;
    private static final int CHUNK = 1 << 20;
    private static final int ALIGNMENT = 8;

    private Safetensors() {}

    /** Writes the weights; the same weights always give the same bytes. */
    public static void write(List<Surrogate.NamedWeight> weights, OutputStream out)
            throws IOException {
        byte[] header = header(weights);
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.write(length.putLong(header.length).array());
        out.write(header);
        byte[] chunk = new byte[CHUNK];
        for (Surrogate.NamedWeight weight : weights) {
            ByteBuffer values = weight.values().toByteBuffer(true);
            while (values.hasRemaining()) {
                int n = Math.min(chunk.length, values.remaining());
                values.get(chunk, 0, n);
                out.write(chunk, 0, n);
            }
        }
    }

    /** A digest of the kind that weights are known by. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Bytes that {@link #write} writes. */
    public static long size(List<Surrogate.NamedWeight> weights) {
        return Long.BYTES + header(weights).length + dataBytes(weights);
    }

    private static long dataBytes(List<Surrogate.NamedWeight> weights) {
        return weights.stream().mapToLong(w -> w.values().size() * Float.BYTES).sum();
    }

    private static byte[] header(List<Surrogate.NamedWeight> weights) {
        ObjectNode header = JSON.createObjectNode();
        long offset = 0;
        for (Surrogate.NamedWeight weight : weights) {
            ObjectNode entry = header.putObject(weight.name());
            entry.put("dtype", "F32");
            for (long extent : weight.values().getShape().getShape()) {
                entry.withArray("shape").add(extent);
            }
            long end = offset + weight.values().size() * Float.BYTES;
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        StringBuilder text = new StringBuilder(header.toString());
        while (text.toString().getBytes(StandardCharsets.UTF_8).length % ALIGNMENT != 0) {
            text.append(' ');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads values into weights of the same names and shapes, in the order that {@link #write} gave
     * them.
     *
     * @throws IOException when the file is not one of these weights; they may then be overwritten
     *     in part
     */
    public static void read(List<Surrogate.NamedWeight> weights, InputStream stream)
            throws IOException {
        DataInputStream in = new DataInputStream(stream);
        long length = Long.reverseBytes(in.readLong());
        if (length < 2 || length > MAX_HEADER) {
            throw new IOException(
                    "not a safetensors file: its header claims "
                            + length
                            + " bytes; allowed: 2 to "
                            + MAX_HEADER);
        }
        byte[] bytes = new byte[(int) length];
        in.readFully(bytes);
        JsonNode found = JSON.readTree(bytes);
        JsonNode expected = JSON.readTree(header(weights));
        if (found instanceof ObjectNode object) {
            object.remove("__metadata__");
        }
        if (!expected.equals(found)) {
            throw new IOException(
                    "the weights are not those of this model: found "
                            + found
                            + ", expected "
                            + expected);
        }
        byte[] chunk = new byte[CHUNK];
        for (Surrogate.NamedWeight weight : weights) {
            ByteBuffer values = weight.values().toByteBuffer(true);
            while (values.hasRemaining()) {
                int n = Math.min(chunk.length, values.remaining());
                in.readFully(chunk, 0, n);
                values.put(chunk, 0, n);
            }
        }
        if (in.read() >= 0) {
            throw new IOException("the file goes on after the last weight");
        }
    }
}
