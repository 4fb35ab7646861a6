package io.penstock.training;

import ai.djl.ndarray.NDArray;
import io.penstock.reservoir.RandomState;
import io.penstock.reservoir.Reservoir;
import io.penstock.reservoir.ReservoirSpec;
import io.penstock.reservoir.SlotStore;
import io.penstock.sample.SampleLog;
import io.penstock.surrogate.CountedInput;
import io.penstock.surrogate.Safetensors;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The state of a {@link TrainingShard} as a stream: everything that decides what it does next, so
 * that a restored shard goes on bit for bit.
 *
 * <p>Layout of version 5, big-endian unless said otherwise: magic {@code PNSH}, version, study,
 * architecture with the optimiser, number of shards, shard; both random generators, counters,
 * normaliser, received steps, input offsets, validation, reservoir, rounds, backlog; the tensors
 * (weights, those of the optimiser, sums; what the last round made; what is set aside for the round
 * under way) each as its number of bytes and its little-endian values; what the techniques of
 * {@link ContinualSpec} remember; {@link Controls}; whether rows follow, and if so those of the
 * reservoir and of the validation set; CRC-32C of all before. Without rows the samples are read
 * again from the log.
 *
 * <p>Version 4, still written while nobody has controlled the run, has no controls; version 3,
 * written while moreover all those techniques are off, has nothing of them. Version 2 knew no
 * training while a round is under way, and no simulations received as a whole. Version 1, of a
 * shard that is alone, had no number of shards, rounds and backlog.
 */
public final class TrainerState {
    private static final int MAGIC = 0x504e5348;
    static final int VERSION = 5;

    /** What is written while nobody has controlled the run. */
    private static final int WITHOUT_CONTROLS = 4;

    /** What is written while moreover no technique of {@link ContinualSpec} is on. */
    private static final int WITHOUT_TECHNIQUES = 3;

    private static final int MOST_HEADER_BYTES = 1 << 18;
    private static final int CHUNK = 1 << 20;

    private TrainerState() {}

    /**
     * What a state is of.
     *
     * @param version of its layout
     * @param study name of the study
     * @param architecture architecture with its sizes
     * @param shards number of shards of the job
     * @param shard which of them, from 0
     */
    public record Header(int version, String study, String architecture, int shards, int shard) {
        private static Header readFrom(DataInputStream in) throws IOException {
            require(in.readInt() == MAGIC, "not a training state: it does not begin with PNSH");
            int version = in.readInt();
            require(
                    version >= 1 && version <= VERSION,
                    "training state has version "
                            + version
                            + "; this release reads versions 1 to "
                            + VERSION);
            String study = in.readUTF();
            String architecture = in.readUTF();
            int shards = version == 1 ? 1 : in.readInt();
            return new Header(version, study, architecture, shards, in.readInt());
        }
    }

    /** Reads what a state is of, and leaves the stream where it was. */
    public static Header peek(BufferedInputStream stream) throws IOException {
        stream.mark(MOST_HEADER_BYTES);
        Header header = Header.readFrom(new DataInputStream(stream));
        stream.reset();
        return header;
    }

    /**
     * Writes the state of a shard.
     *
     * @return bytes written
     */
    public static long write(TrainingShard shard, OutputStream stream) throws IOException {
        CountingStream counting = new CountingStream(stream);
        CheckedOutputStream checked =
                new CheckedOutputStream(new BufferedOutputStream(counting), new CRC32C());
        DataOutputStream out = new DataOutputStream(checked);
        out.writeInt(MAGIC);
        int version = version(shard);
        out.writeInt(version);
        out.writeUTF(shard.study.sample().study());
        out.writeUTF(shard.study.architecture());
        out.writeInt(shard.study.training().shards());
        out.writeInt(shard.number);
        boolean full = shard.study.reservoir().checkpoint() == ReservoirSpec.Checkpoint.FULL;
        writeSmallParts(shard, out, full);
        byte[] chunk = new byte[CHUNK];
        writeTensors(shard.trainer.stateTensors(), out, chunk);
        writeTensors(shard.rounds.merged(), out, chunk);
        writeTensors(shard.rounds.aside(), out, chunk);
        if (version > WITHOUT_TECHNIQUES) {
            ContinualState.write(shard, out, chunk);
        }
        if (version > WITHOUT_CONTROLS) {
            shard.controls.writeTo(out);
        }
        out.writeBoolean(full);
        if (full) {
            writeRows(shard, out, chunk);
        }
        long crc = checked.getChecksum().getValue();
        out.writeLong(crc);
        out.flush();
        return counting.bytes;
    }

    /** The oldest that has all there is to say, so that older releases can read it. */
    private static int version(TrainingShard shard) {
        if (!shard.controls.isUntouched()) {
            return VERSION;
        }
        return shard.study.training().continual().isNone() ? WITHOUT_TECHNIQUES : WITHOUT_CONTROLS;
    }

    /**
     * SHA-256 of what a shard has learnt, the weights and all that the optimiser remembers, each
     * tensor as in the state; lower-case hex.
     */
    public static String learntSha256(TrainingShard shard) throws IOException {
        MessageDigest sha256 = Safetensors.sha256();
        try (DataOutputStream out =
                new DataOutputStream(
                        new DigestOutputStream(OutputStream.nullOutputStream(), sha256))) {
            writeTensors(
                    shard.trainer.mergedTensors(MergeSpec.Moments.AVERAGED), out, new byte[CHUNK]);
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static final class CountingStream extends FilterOutputStream {
        long bytes;

        CountingStream(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            bytes++;
        }

        @Override
        public void write(byte[] b, int offset, int length) throws IOException {
            out.write(b, offset, length);
            bytes += length;
        }
    }

    private static String withOptimiser(String architecture) {
        return architecture.endsWith(StudySpec.SGD) ? architecture : architecture + " adam";
    }

    private static void writeSmallParts(TrainingShard shard, DataOutputStream out, boolean withRows)
            throws IOException {
        RandomState.write(shard.trainingRandom, out);
        shard.counters.writeTo(out);
        shard.normalizer.writeTo(out);
        shard.received.writeTo(out);
        out.writeInt(shard.offsets.size());
        for (Map.Entry<Integer, Long> entry : shard.offsets.entrySet()) {
            out.writeInt(entry.getKey());
            out.writeLong(entry.getValue());
        }
        shard.validation.writeTo(out);
        shard.reservoir.writeTo(out);
        shard.rounds.writeTo(out);
        shard.backlog.writeTo(out, withRows);
    }

    static void writeTensors(List<NDArray> tensors, DataOutputStream out, byte[] chunk)
            throws IOException {
        out.writeInt(tensors.size());
        for (NDArray tensor : tensors) {
            ByteBuffer values = tensor.toByteBuffer(true);
            out.writeInt(values.remaining());
            while (values.hasRemaining()) {
                int n = Math.min(chunk.length, values.remaining());
                values.get(chunk, 0, n);
                out.write(chunk, 0, n);
            }
        }
    }

    private static void writeRows(TrainingShard shard, DataOutputStream out, byte[] chunk)
            throws IOException {
        byte[] row = new byte[shard.store.rowBytes()];
        try {
            shard.reservoir.forEachOccupied(slot -> writeRow(shard.store, slot, row, out));
            shard.validation.forEachReadable(
                    slot -> writeRow(shard.validation.store(), slot, row, out));
        } catch (UncheckedRowException e) {
            throw e.cause;
        }
    }

    private static void writeRow(SlotStore store, int slot, byte[] row, DataOutputStream out) {
        try {
            store.row(slot).get(row);
            out.write(row);
        } catch (IOException e) {
            throw new UncheckedRowException(e);
        }
    }

    /**
     * Reads the state of a shard into one freshly made for the same study. After an exception the
     * shard must not be used.
     *
     * @param log where rows that the state holds by reference are read again
     */
    public static void read(TrainingShard shard, InputStream stream, SampleLog log)
            throws IOException {
        if (!readAllBut(shard, stream)) {
            refill(shard, log);
        }
    }

    /** Reads all but rows held by reference; whether the state held the rows. */
    static boolean readAllBut(TrainingShard shard, InputStream stream) throws IOException {
        CountedInput counted = new CountedInput(stream);
        CheckedInputStream checked =
                new CheckedInputStream(new BufferedInputStream(counted), new CRC32C());
        try {
            return readChecked(shard, checked);
        } catch (IOException | RuntimeException e) {
            // What a damaged state claims may be refused anywhere, long before its checksum.
            throw new IOException(
                    String.format(
                            "training state of shard %d cannot be read, at or before byte %d: %s",
                            shard.number,
                            counted.bytes(),
                            e.getMessage() == null ? e : e.getMessage()),
                    e);
        }
    }

    private static boolean readChecked(TrainingShard shard, CheckedInputStream checked)
            throws IOException {
        DataInputStream in = new DataInputStream(checked);
        int version = readHeader(shard, in);
        readSmallParts(shard, in, version);
        byte[] chunk = new byte[CHUNK];
        readTensors(shard.trainer.stateTensors(), in, chunk);
        shard.trainer.weightsReplaced();
        if (version > 1) {
            readTensors(shard.rounds.merged(), in, chunk);
        }
        if (version > 2) {
            readTensors(shard.rounds.aside(), in, chunk);
        }
        if (version > WITHOUT_TECHNIQUES) {
            ContinualState.read(shard, in, chunk);
        }
        if (version > WITHOUT_CONTROLS) {
            shard.controls.readFrom(in);
        }
        shard.rounds.restored(shard.counters);
        boolean full = in.readBoolean();
        if (full) {
            readRows(shard, in);
        }
        long expected = checked.getChecksum().getValue();
        long found = in.readLong();
        if (found != expected) {
            throw new IOException(
                    String.format(
                            "it is damaged: its checksum is %08x but its bytes give %08x",
                            found, expected));
        }
        return full;
    }

    private static int readHeader(TrainingShard shard, DataInputStream in) throws IOException {
        Header header = Header.readFrom(in);
        requireSame(header.study(), header.architecture(), shard.study);
        int shards = shard.study.training().shards();
        require(
                header.shard() == shard.number && header.shards() == shards,
                String.format(
                        "training state is of shard %d of %d, not of shard %d of %d",
                        header.shard(), header.shards(), shard.number, shards));
        return header.version();
    }

    /** Requires a state to be of this study and architecture. */
    static void requireSame(String study, String architecture, StudySpec asked) throws IOException {
        require(
                study.equals(asked.sample().study()),
                "training state is of study " + study + ", not of " + asked.sample().study());
        require(
                architecture.equals(asked.architecture()),
                "training state is of architecture and optimiser "
                        + withOptimiser(architecture)
                        + " but the study asks for "
                        + withOptimiser(asked.architecture()));
    }

    static void require(boolean condition, String message) throws IOException {
        if (!condition) {
            throw new IOException(message);
        }
    }

    private static void readSmallParts(TrainingShard shard, DataInputStream in, int version)
            throws IOException {
        RandomState.read(shard.trainingRandom, in);
        shard.counters.readFrom(in, version > 1);
        shard.normalizer.readFrom(in);
        shard.received.readFrom(in, version);
        shard.offsets.clear();
        for (int left = in.readInt(); left > 0; left--) {
            shard.offsets.put(in.readInt(), in.readLong());
        }
        shard.validation.readFrom(in);
        shard.reservoir =
                Reservoir.readFrom(
                        shard.study.reservoir(),
                        shard.study.surrogate().form(),
                        shard.study.sample().steps(),
                        shard.drawRandom,
                        in);
        if (version > 1) {
            shard.rounds.readFrom(in, version);
            shard.backlog.readFrom(in);
        }
        shard.restored();
    }

    static void readTensors(List<NDArray> tensors, DataInputStream in, byte[] chunk)
            throws IOException {
        readTensors(in.readInt(), tensors, in, chunk);
    }

    /** Reads tensors if any were written; whether they were. */
    static boolean readTensorsIfAny(List<NDArray> tensors, DataInputStream in, byte[] chunk)
            throws IOException {
        int count = in.readInt();
        if (count > 0) {
            readTensors(count, tensors, in, chunk);
        }
        return count > 0;
    }

    private static void readTensors(
            int count, List<NDArray> tensors, DataInputStream in, byte[] chunk) throws IOException {
        require(
                count == tensors.size(),
                "training state holds " + count + " tensors, expected " + tensors.size());
        for (NDArray tensor : tensors) {
            ByteBuffer values = tensor.toByteBuffer(true);
            int bytes = in.readInt();
            require(
                    bytes == values.remaining(),
                    "training state holds a tensor of "
                            + bytes
                            + " bytes, expected "
                            + values.remaining());
            while (values.hasRemaining()) {
                int n = Math.min(chunk.length, values.remaining());
                in.readFully(chunk, 0, n);
                values.put(chunk, 0, n);
            }
        }
    }

    /** Reads over what {@link #writeTensors} wrote. */
    static void skipTensors(DataInputStream in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            in.skipNBytes(in.readInt());
        }
    }

    private static void readRows(TrainingShard shard, DataInputStream in) throws IOException {
        byte[] row = new byte[shard.store.rowBytes()];
        try {
            shard.reservoir.forEachOccupied(slot -> readRow(shard.store, slot, row, in));
            shard.validation.forEachReadable(
                    slot -> readRow(shard.validation.store(), slot, row, in));
        } catch (UncheckedRowException e) {
            throw e.cause;
        }
    }

    private static void readRow(SlotStore store, int slot, byte[] row, DataInputStream in) {
        try {
            in.readFully(row);
            store.put(slot, row);
        } catch (IOException e) {
            throw new UncheckedRowException(e);
        }
    }

    private static void refill(TrainingShard shard, SampleLog log) throws IOException {
        int lost = References.of(shard.reservoir).refill(shard.store, log);
        shard.reservoir.settle();
        lost += References.of(shard.validation).refill(shard.validation.store(), log);
        shard.counters.lostReferences += lost;
    }

    private static final class UncheckedRowException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final IOException cause;

        UncheckedRowException(IOException cause) {
            super(cause);
            this.cause = cause;
        }
    }
}
