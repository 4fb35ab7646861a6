package io.penstock.flink;

import io.penstock.sample.Sample;
import io.penstock.schemas.Purpose;
import java.io.IOException;
import java.util.Objects;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Binary form of a {@link Sample} between operators: simulation (long), step (int), purpose (byte,
 * a code that never changes), partition (int), offset (long), length of the row (int), row. All
 * big-endian but the row, which is copied as it is.
 *
 * <p>Like everything that makes samples it reuses one row: a deserialised sample is valid until
 * this instance deserialises the next one, so whoever keeps samples copies them. One instance is
 * used by one task at a time ({@link #duplicate()}). {@link #copy(Sample)} makes independent ones.
 */
final class SampleSerializer extends TypeSerializer<Sample> {
    private static final long serialVersionUID = 1L;

    private static final int HEADER_BYTES =
            Long.BYTES + Integer.BYTES + 1 + Integer.BYTES + Long.BYTES + Integer.BYTES;

    private final int rowBytes;
    private transient byte @Nullable [] row;

    SampleSerializer(int rowBytes) {
        this.rowBytes = rowBytes;
    }

    int rowBytes() {
        return rowBytes;
    }

    @Override
    public void serialize(Sample sample, DataOutputView target) throws IOException {
        byte[] bytes = sample.row();
        if (bytes.length != rowBytes) {
            throw new IOException(wrongLength(sample.simulation(), sample.step(), bytes.length));
        }
        target.writeLong(sample.simulation());
        target.writeInt(sample.step());
        target.writeByte(code(sample.purpose()));
        target.writeInt(sample.partition());
        target.writeLong(sample.offset());
        target.writeInt(bytes.length);
        target.write(bytes);
    }

    @Override
    public Sample deserialize(DataInputView source) throws IOException {
        byte[] bytes = row;
        if (bytes == null) {
            bytes = new byte[rowBytes];
            row = bytes;
        }
        long simulation = source.readLong();
        int step = source.readInt();
        Purpose purpose = purpose(source.readByte());
        int partition = source.readInt();
        long offset = source.readLong();
        int length = source.readInt();
        if (length != rowBytes) {
            throw new IOException(wrongLength(simulation, step, length));
        }
        source.readFully(bytes);
        return new Sample(simulation, step, purpose, partition, offset, bytes);
    }

    @Override
    public Sample deserialize(Sample reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    @Override
    public Sample copy(Sample from) {
        return new Sample(
                from.simulation(),
                from.step(),
                from.purpose(),
                from.partition(),
                from.offset(),
                from.row().clone());
    }

    @Override
    public Sample copy(Sample from, Sample reuse) {
        return copy(from);
    }

    @Override
    public Sample createInstance() {
        return new Sample(0, 0, Purpose.TRAINING, 0, 0, new byte[rowBytes]);
    }

    @Override
    public int getLength() {
        return HEADER_BYTES + rowBytes;
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public TypeSerializer<Sample> duplicate() {
        return new SampleSerializer(rowBytes);
    }

    @Override
    public TypeSerializerSnapshot<Sample> snapshotConfiguration() {
        return new SampleSerializerSnapshot(rowBytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SampleSerializer that && that.rowBytes == rowBytes;
    }

    @Override
    public int hashCode() {
        return Objects.hash(SampleSerializer.class, rowBytes);
    }

    /** Codes are part of the stored form: never changed, never given to another purpose. */
    private static int code(Purpose purpose) {
        return switch (purpose) {
            case TRAINING -> 0;
            case VALIDATION -> 1;
        };
    }

    private static Purpose purpose(int code) throws IOException {
        return switch (code) {
            case 0 -> Purpose.TRAINING;
            case 1 -> Purpose.VALIDATION;
            default ->
                    throw new IOException(
                            "serialised sample has purpose code "
                                    + code
                                    + "; allowed: 0 (training), 1 (validation)");
        };
    }

    private String wrongLength(long simulation, int step, int length) {
        return "sample (simulation "
                + simulation
                + ", step "
                + step
                + ") has a row of "
                + length
                + " bytes; allowed: the "
                + rowBytes
                + " bytes of this study's rows";
    }
}
