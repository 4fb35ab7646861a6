package io.penstock.serving;

import io.penstock.sample.WriterSchemas;
import io.penstock.schemas.ModelUpdate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.avro.message.MessageDecoder;

/**
 * What a prediction job knows of versions, as bytes of a checkpoint.
 *
 * <p>Layout of version 1, big-endian: magic {@code PNSV}, version; whether it stays with what is
 * served; which of the versions is served, and which wanted, each -1 for none; their number; each
 * as its length and its {@link ModelUpdate} in Avro's single-object encoding, with inline weights;
 * CRC-32C of all before.
 */
final class ServingState {
    static final int VERSION = 1;
    private static final int MAGIC = 0x504e5356;
    private static final int MOST_KEPT = 1024;
    private static final MessageDecoder<ModelUpdate> UPDATES =
            ModelUpdate.createDecoder(WriterSchemas.STORE);

    private ServingState() {}

    static byte[] write(Serving.State state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeBoolean(state.pinned());
            out.writeInt(state.served());
            out.writeInt(state.wanted());
            out.writeInt(state.kept().size());
            for (ModelUpdate update : state.kept()) {
                ByteArrayOutputStream encoded = new ByteArrayOutputStream();
                ModelUpdate.getEncoder().encode(update, encoded);
                out.writeInt(encoded.size());
                encoded.writeTo(out);
            }
            CRC32C crc = new CRC32C();
            crc.update(bytes.toByteArray());
            out.writeLong(crc.getValue());
        } catch (IOException e) {
            throw new UncheckedIOException("a serving state was not encoded", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a state.
     *
     * @throws IOException when it is none, is damaged, or is of a version that this release does
     *     not know
     */
    static Serving.State read(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        try {
            require(in.readInt() == MAGIC, "it does not begin with PNSV");
            int version = in.readInt();
            require(
                    version == VERSION,
                    "it has version " + version + "; this release reads version " + VERSION);
            CRC32C crc = new CRC32C();
            crc.update(bytes, 0, bytes.length - Long.BYTES);
            boolean pinned = in.readBoolean();
            int served = in.readInt();
            int wanted = in.readInt();
            List<ModelUpdate> kept = updates(in);
            require(
                    in.readLong() == crc.getValue() && in.read() < 0,
                    "it is damaged: its checksum is another");
            return new Serving.State(kept, served, wanted, pinned);
        } catch (IOException | RuntimeException e) {
            // What a damaged state claims may be refused anywhere, long before its checksum.
            throw new IOException("serving state cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<ModelUpdate> updates(DataInputStream in) throws IOException {
        int count = in.readInt();
        require(count >= 0 && count <= MOST_KEPT, "it holds " + count + " versions");
        List<ModelUpdate> updates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = in.readInt();
            require(length >= 0 && length <= in.available(), "a version has " + length + " bytes");
            updates.add(UPDATES.decode(in.readNBytes(length)));
        }
        return updates;
    }

    private static void require(boolean condition, String message) throws IOException {
        if (!condition) {
            throw new IOException(message);
        }
    }
}
