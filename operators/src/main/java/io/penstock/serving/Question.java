package io.penstock.serving;

import io.penstock.sample.SingleObjectReader;
import io.penstock.schemas.PredictionRequest;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A prediction request and where it stands in its topic.
 *
 * @param partition its partition
 * @param offset its offset there
 * @param request what is asked; null when it cannot be read
 * @param fault why it cannot be read; null when it can
 * @param bytes its length
 */
public record Question(
        int partition,
        long offset,
        @Nullable PredictionRequest request,
        @Nullable String fault,
        int bytes) {
    private static final byte VERSION = 1;
    private static final int HEADER_BYTES = 1 + Integer.BYTES + Long.BYTES;

    /** Reads what a topic holds; what cannot be read is a question too, and has its answer. */
    public static Question read(
            SingleObjectReader<PredictionRequest> reader,
            int partition,
            long offset,
            byte @Nullable [] value) {
        int bytes = value == null ? 0 : value.length;
        try {
            return new Question(partition, offset, reader.read(value), null, bytes);
        } catch (IOException e) {
            return new Question(partition, offset, null, e.getMessage(), bytes);
        }
    }

    /** Wall clock of the asker, milliseconds since the epoch; 0 when it cannot be read. */
    public long timestampMillis() {
        return request == null ? 0 : request.getTimestampMillis();
    }

    /**
     * Its bytes in a checkpoint, big-endian: 1, the version of this layout (1 byte); partition (4);
     * offset (8); the request in Avro's single-object encoding.
     */
    byte[] write() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(partition);
            out.writeLong(offset);
            PredictionRequest.getEncoder()
                    .encode(
                            Objects.requireNonNull(request, "what cannot be read never waits"),
                            out);
        } catch (IOException e) {
            throw new UncheckedIOException("a waiting request was not encoded", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException when it is not that
     */
    static Question restore(SingleObjectReader<PredictionRequest> reader, byte[] state)
            throws IOException {
        ByteBuffer in = ByteBuffer.wrap(state);
        if (state.length < HEADER_BYTES || in.get() != VERSION) {
            throw new IOException(
                    "a waiting request of a checkpoint is not of version "
                            + VERSION
                            + ", the one this release reads");
        }
        int partition = in.getInt();
        long offset = in.getLong();
        byte[] value = new byte[in.remaining()];
        in.get(value);
        return new Question(partition, offset, reader.read(value), null, value.length);
    }
}
