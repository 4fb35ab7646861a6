package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.sample.Sample;
import io.penstock.schemas.Purpose;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.SerializerTestBase;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.testutils.DeeplyEqualsChecker;
import org.junit.jupiter.api.Test;

/** Flink's own suite for serialisers, and the stored form byte by byte. */
class SampleSerializerTest extends SerializerTestBase<Sample> {
    private static final int ROW_BYTES = 8;
    private static final Sample SAMPLE =
            new Sample(
                    0x0102030405060708L,
                    9,
                    Purpose.VALIDATION,
                    3,
                    0x0a0b0c0d0e0fL,
                    new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    private static final String STORED_V1 =
            "0102030405060708" // simulation
                    + "00000009" // step
                    + "01" // purpose
                    + "00000003" // partition
                    + "00000a0b0c0d0e0f" // offset
                    + "00000008" // length of the row
                    + "0102030405060708";

    SampleSerializerTest() {
        super(
                new DeeplyEqualsChecker()
                        .withCustomCheck(
                                (a, b) -> a instanceof Sample && b instanceof Sample,
                                (a, b, checker) -> same((Sample) a, (Sample) b)));
    }

    @Override
    protected TypeSerializer<Sample> createSerializer() {
        return new SampleTypeInfo(ROW_BYTES).createSerializer(new SerializerConfigImpl());
    }

    @Override
    protected int getLength() {
        return 29 + ROW_BYTES;
    }

    @Override
    protected Class<Sample> getTypeClass() {
        return Sample.class;
    }

    @Override
    protected Sample[] getTestData() {
        return new Sample[] {
            SAMPLE,
            new Sample(0, 0, Purpose.TRAINING, 0, 0, new byte[ROW_BYTES]),
            new Sample(Long.MAX_VALUE, 99, Purpose.TRAINING, 7, 1L << 40, rowOf((byte) -1))
        };
    }

    @Test
    void storedFormOfVersionOneStaysReadable() throws IOException {
        Sample read =
                createSerializer()
                        .deserialize(new DataInputDeserializer(HexFormat.of().parseHex(STORED_V1)));

        assertThat(same(read, SAMPLE)).isTrue();
        assertThat(HexFormat.of().formatHex(serialized(SAMPLE))).isEqualTo(STORED_V1);
    }

    @Test
    void lengthOfTheRowIsCheckedBeforeItIsRead() throws IOException {
        byte[] bytes = serialized(SAMPLE);
        bytes[25] = 0x7f; // the length's most significant byte: 2 GB

        assertThatThrownBy(() -> createSerializer().deserialize(new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("simulation 72623859790382856, step 9")
                .hasMessageContaining("row of 2130706440 bytes; allowed: the 8 bytes");
    }

    @Test
    void rowOfAnotherStudyIsNotWritten() {
        Sample other = new Sample(5, 2, Purpose.TRAINING, 0, 0, new byte[12]);

        assertThatThrownBy(() -> serialized(other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("simulation 5, step 2")
                .hasMessageContaining("row of 12 bytes; allowed: the 8 bytes");
    }

    @Test
    void unknownPurposeNamesTheCodeAndTheAllowedOnes() throws IOException {
        byte[] bytes = serialized(SAMPLE);
        bytes[12] = 9;

        assertThatThrownBy(() -> createSerializer().deserialize(new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("purpose code 9; allowed: 0 (training), 1 (validation)");
    }

    @Test
    void everyPurposeHasACode() throws IOException {
        for (Purpose purpose : Purpose.values()) {
            byte[] bytes = serialized(new Sample(1, 1, purpose, 0, 0, new byte[ROW_BYTES]));
            assertThat(createSerializer().deserialize(new DataInputDeserializer(bytes)).purpose())
                    .isEqualTo(purpose);
        }
    }

    @Test
    void copyIsIndependentOfTheReusedRow() throws IOException {
        TypeSerializer<Sample> serializer = createSerializer();
        Sample first = serializer.deserialize(new DataInputDeserializer(serialized(SAMPLE)));
        Sample kept = serializer.copy(first);

        Sample zero = new Sample(0, 0, Purpose.TRAINING, 0, 0, new byte[ROW_BYTES]);
        Sample second = serializer.deserialize(new DataInputDeserializer(serialized(zero)));

        assertThat(second.row()).isSameAs(first.row());
        assertThat(kept.row()).isEqualTo(SAMPLE.row());
    }

    @Test
    void savepointOfAnotherRowLengthIsRefused() {
        TypeSerializerSnapshot<Sample> now = new SampleSerializer(8).snapshotConfiguration();
        TypeSerializerSnapshot<Sample> then = new SampleSerializer(12).snapshotConfiguration();

        assertThat(now.resolveSchemaCompatibility(then).isIncompatible()).isTrue();
        assertThat(
                        now.resolveSchemaCompatibility(
                                        new SampleSerializer(8).snapshotConfiguration())
                                .isCompatibleAsIs())
                .isTrue();
    }

    private byte[] serialized(Sample sample) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        createSerializer().serialize(sample, out);
        return out.getCopyOfBuffer();
    }

    private static byte[] rowOf(byte value) {
        byte[] row = new byte[ROW_BYTES];
        Arrays.fill(row, value);
        return row;
    }

    private static boolean same(Sample a, Sample b) {
        return a.simulation() == b.simulation()
                && a.step() == b.step()
                && a.purpose() == b.purpose()
                && a.partition() == b.partition()
                && a.offset() == b.offset()
                && Arrays.equals(a.row(), b.row());
    }
}
