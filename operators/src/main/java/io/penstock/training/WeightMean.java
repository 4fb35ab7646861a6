package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The weighted mean of the tensors of several shards, taken chunk by chunk: {@code total ← total +
 * fraction × values}. The tensors are seen as one array of 32-bit floats, laid end to end, which
 * chunks divide into equal parts.
 *
 * <p>Products and sums are rounded one by one to 32 bits, always in the order they are given, so
 * every shard that adds the same contributions in the same order gets the same bits. Beside the
 * tensors it takes as much memory again for the total, and two chunks; once more if tensors are
 * {@linkplain #setAside() set aside}.
 */
final class WeightMean implements AutoCloseable {
    /** Fits into a record of every topic layout. */
    static final int CHUNK_BYTES = 2 << 20;

    private static final int CHUNK_FLOATS = CHUNK_BYTES / Float.BYTES;

    private final NDManager manager;
    private final List<NDArray> tensors;
    private final List<NDArray> total;
    private final long floats;
    private final float[] values;
    private final float[] sums;
    // Of a round under way what was contributed; after it what the shard goes on with.
    private List<NDArray> aside = List.of();
    private boolean isAside;
    private boolean holdsMean;

    /**
     * @param tensors live float32 tensors of a shard
     */
    WeightMean(NDManager parent, List<NDArray> tensors) {
        this.manager = parent.newSubManager();
        this.tensors = List.copyOf(tensors);
        this.total = zeros();
        this.floats = tensors.stream().mapToLong(NDArray::size).sum();
        int most = (int) Math.min(CHUNK_FLOATS, floats);
        this.values = new float[most];
        this.sums = new float[most];
        keepMean();
    }

    /** The live tensors are what the last round made, or what all shards begin with. */
    void keepMean() {
        copy(tensors, total);
        holdsMean = true;
    }

    /** Whether the total is still what the last round made. */
    boolean holdsMean() {
        return holdsMean;
    }

    private List<NDArray> zeros() {
        return tensors.stream().map(t -> manager.zeros(t.getShape())).toList();
    }

    /** Number of chunks, at least 1. */
    int chunks() {
        return (int) Math.max(1, (floats + CHUNK_FLOATS - 1) / CHUNK_FLOATS);
    }

    private int length(int chunk) {
        return (int) Math.min(CHUNK_FLOATS, floats - (long) chunk * CHUNK_FLOATS);
    }

    /** Keeps the live tensors as they are now, to be contributed while they are trained on. */
    void setAside() {
        copy(tensors, asideForReading());
    }

    /** What is set aside, empty if nothing is. */
    List<NDArray> aside() {
        return isAside ? aside : List.of();
    }

    /** Room for what a state has set aside. */
    List<NDArray> asideForReading() {
        if (aside.isEmpty()) {
            aside = zeros();
        }
        isAside = true;
        return aside;
    }

    private List<NDArray> contributed() {
        return isAside ? aside : tensors;
    }

    /** A chunk of what is contributed, little-endian. */
    byte[] chunk(int chunk) {
        byte[] bytes = new byte[length(chunk) * Float.BYTES];
        ByteBuffer out = ByteBuffer.wrap(bytes);
        forEachPiece(contributed(), chunk, (piece, at) -> out.put(piece));
        return bytes;
    }

    /** CRC-32C of all chunks of what is contributed. */
    int checksum() {
        CRC32C crc = new CRC32C();
        for (NDArray tensor : contributed()) {
            crc.update(tensor.toByteBuffer(true));
        }
        return (int) crc.getValue();
    }

    /** Begins with a total of zero. */
    void begin() {
        holdsMean = false;
        for (NDArray tensor : total) {
            ByteBuffer bytes = tensor.toByteBuffer(true);
            while (bytes.remaining() >= Long.BYTES) {
                bytes.putLong(0);
            }
            while (bytes.hasRemaining()) {
                bytes.put((byte) 0);
            }
        }
    }

    /**
     * Adds a chunk of a contribution.
     *
     * @param bytes its values, little-endian
     * @param fraction the contribution's weight in the mean
     * @throws IllegalArgumentException when the chunk is of another size
     */
    void add(int chunk, ByteBuffer bytes, float fraction) {
        int n = length(chunk);
        if (bytes.remaining() != n * Float.BYTES) {
            throw new IllegalArgumentException(
                    String.format(
                            "chunk %d has %d bytes of values, expected %d",
                            chunk, bytes.remaining(), n * Float.BYTES));
        }
        bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values, 0, n);
        forEachPiece(
                total,
                chunk,
                (piece, at) -> {
                    var floatPiece = piece.order(ByteOrder.nativeOrder()).asFloatBuffer();
                    int m = floatPiece.remaining();
                    floatPiece.get(0, sums, 0, m);
                    for (int i = 0; i < m; i++) {
                        sums[i] += fraction * values[at + i];
                    }
                    floatPiece.put(0, sums, 0, m);
                });
    }

    /**
     * Puts the total into the live tensors. If they were trained on since s was set aside, {@code
     * live + (total - s)} is what is set aside now, until the shard {@linkplain #goOn() goes on}.
     *
     * @param trainedOn whether they were
     */
    void finish(boolean trainedOn) {
        if (trainedOn) {
            for (int i = 0; i < tensors.size(); i++) {
                aside.get(i).muli(-1).addi(total.get(i)).addi(tensors.get(i));
            }
        } else {
            isAside = false;
        }
        copy(total, tensors);
        holdsMean = true;
    }

    /** Nothing came of the round: the live tensors stay as they are. */
    void forget() {
        isAside = false;
    }

    /** Takes back what was set aside. */
    void goOn() {
        if (isAside) {
            copy(aside, tensors);
            isAside = false;
        }
    }

    static void copy(List<NDArray> from, List<NDArray> to) {
        for (int i = 0; i < from.size(); i++) {
            to.get(i).toByteBuffer(true).put(from.get(i).toByteBuffer(true));
        }
    }

    private interface Piece {
        /** Takes a piece of a tensor that lies {@code at} floats behind the chunk's first. */
        void take(ByteBuffer piece, int at);
    }

    private static void forEachPiece(List<NDArray> tensors, int chunk, Piece action) {
        long from = (long) chunk * CHUNK_FLOATS;
        long to = from + CHUNK_FLOATS;
        long at = 0;
        for (NDArray tensor : tensors) {
            long first = Math.max(from, at);
            long last = Math.min(to, at + tensor.size());
            if (first < last) {
                ByteBuffer bytes = tensor.toByteBuffer(true);
                bytes.limit((int) (last - at) * Float.BYTES);
                bytes.position((int) (first - at) * Float.BYTES);
                action.take(bytes.slice(), (int) (first - from));
            }
            at += tensor.size();
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
