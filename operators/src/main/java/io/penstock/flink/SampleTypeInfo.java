package io.penstock.flink;

import io.penstock.sample.Sample;
import io.penstock.setting.Check;
import java.util.Objects;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.jspecify.annotations.Nullable;

/** Type of the samples of one study: they all have rows of the same length. */
public final class SampleTypeInfo extends TypeInformation<Sample> {
    private static final long serialVersionUID = 1L;

    private final int rowBytes;

    /**
     * @param rowBytes bytes of a row, {@link io.penstock.sample.SampleSpec#rowBytes()}
     */
    public SampleTypeInfo(int rowBytes) {
        Check.atLeast(1, "row-bytes", rowBytes);
        this.rowBytes = rowBytes;
    }

    @Override
    public TypeSerializer<Sample> createSerializer(SerializerConfig config) {
        return new SampleSerializer(rowBytes);
    }

    @Override
    public Class<Sample> getTypeClass() {
        return Sample.class;
    }

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public int getArity() {
        return 1;
    }

    @Override
    public int getTotalFields() {
        return 1;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof SampleTypeInfo;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SampleTypeInfo type && type.rowBytes == rowBytes;
    }

    @Override
    public int hashCode() {
        return Objects.hash(SampleTypeInfo.class, rowBytes);
    }

    @Override
    public String toString() {
        return "Sample(" + rowBytes + " bytes)";
    }
}
