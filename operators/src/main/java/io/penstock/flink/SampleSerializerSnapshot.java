package io.penstock.flink;

import io.penstock.sample.Sample;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** What a savepoint keeps of a {@link SampleSerializer}: the length of a row (int). */
public final class SampleSerializerSnapshot implements TypeSerializerSnapshot<Sample> {
    private static final int VERSION = 1;

    private int rowBytes;

    /** For Flink, which then calls {@link #readSnapshot}. */
    public SampleSerializerSnapshot() {}

    SampleSerializerSnapshot(int rowBytes) {
        this.rowBytes = rowBytes;
    }

    @Override
    public int getCurrentVersion() {
        return VERSION;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
        out.writeInt(rowBytes);
    }

    @Override
    public void readSnapshot(int readVersion, DataInputView in, ClassLoader userCodeClassLoader)
            throws IOException {
        if (readVersion != VERSION) {
            throw new IOException(
                    "snapshot of the sample serialiser has version "
                            + readVersion
                            + "; allowed: "
                            + VERSION);
        }
        rowBytes = in.readInt();
    }

    @Override
    public TypeSerializer<Sample> restoreSerializer() {
        return new SampleSerializer(rowBytes);
    }

    @Override
    public TypeSerializerSchemaCompatibility<Sample> resolveSchemaCompatibility(
            TypeSerializerSnapshot<Sample> oldSnapshot) {
        return oldSnapshot instanceof SampleSerializerSnapshot old && old.rowBytes == rowBytes
                ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                : TypeSerializerSchemaCompatibility.incompatible();
    }
}
