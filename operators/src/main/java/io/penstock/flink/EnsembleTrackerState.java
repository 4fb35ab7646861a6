package io.penstock.flink;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.roaringbitmap.longlong.Roaring64NavigableMap;

/**
 * Which simulations have ended, and whether the end of the ensemble was announced.
 *
 * <p>Encoded as the bytes {@code PNET}, a version byte (1), a byte 1 if announced and 0 if not, and
 * the set of simulation ids in the portable format of 64-bit Roaring bitmaps.
 */
final class EnsembleTrackerState {
    private static final int MAGIC = 0x504E4554;
    private static final int VERSION = 1;

    private final Roaring64NavigableMap ended = new Roaring64NavigableMap();
    private boolean announced;

    /** Notes the end of a simulation, for the first time or again. */
    void add(long simulation) {
        ended.addLong(simulation);
    }

    /** Number of simulations that have ended. */
    long ended() {
        return ended.getLongCardinality();
    }

    boolean announced() {
        return announced;
    }

    void announce() {
        announced = true;
    }

    byte[] encode() throws IOException {
        ended.runOptimize();
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeByte(VERSION);
            out.writeBoolean(announced);
            ended.serializePortable(out);
        }
        return bytes.toByteArray();
    }

    static EnsembleTrackerState decode(byte[] bytes) throws IOException {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int magic = in.readInt();
            int version = in.readUnsignedByte();
            if (magic != MAGIC || version != VERSION) {
                throw new IOException(
                        "state of the ensemble tracker: magic %08x version %d; expected %08x version %d"
                                .formatted(magic, version, MAGIC, VERSION));
            }
            var state = new EnsembleTrackerState();
            state.announced = in.readBoolean();
            state.ended.deserializePortable(in);
            return state;
        }
    }
}
