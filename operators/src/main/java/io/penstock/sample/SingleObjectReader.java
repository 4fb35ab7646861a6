package io.penstock.sample;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of one kind in Avro's single-object encoding, of this release and of former ones,
 * whatever the bytes: every declared length is held against the bytes that are there before
 * anything is allocated. Values of type {@code bytes} stay in the array that was read. Not
 * thread-safe.
 *
 * @param <T> class of the record
 */
public final class SingleObjectReader<T> {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Schema schema;
    private final GenericData data;
    private final long fingerprint;
    private final Map<Long, SpecificDatumReader<T>> readers = new HashMap<>();
    private final AvroBytes bytes = new AvroBytes();

    /** For the records of a generated class. */
    public SingleObjectReader(Class<T> type) {
        this.data = SpecificData.getForClass(type);
        this.schema = SpecificData.get().getSchema(type);
        this.fingerprint = WriterSchemas.fingerprint(schema);
    }

    /**
     * Reads a record.
     *
     * @throws IOException when it is none of this kind; says what was found and what is allowed
     */
    public T read(byte @Nullable [] value) throws IOException {
        if (value == null) {
            throw new IOException("record has no value; allowed: a " + schema.getName());
        }
        if (value.length < SingleObjectFormat.HEADER_BYTES
                || value[0] != (byte) 0xC3
                || value[1] != 0x01) {
            throw new IOException(
                    "record begins with "
                            + Texts.hex(value, SingleObjectFormat.HEADER_BYTES)
                            + "; allowed: c3 01 and a schema fingerprint (Avro single-object)");
        }
        SpecificDatumReader<T> reader = reader((long) LONG.get(value, 2));
        try {
            bytes.reset(value, SingleObjectFormat.HEADER_BYTES);
            @SuppressWarnings("NullAway") // Avro makes a new object when it is given none.
            T record = reader.read(null, bytes);
            if (bytes.remaining() > 0) {
                throw new IOException(bytes.remaining() + " bytes follow the record");
            }
            return record;
        } catch (RuntimeException e) {
            // Avro reports what it cannot read with runtime exceptions of many types.
            throw new IOException("not a " + schema.getName() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException("not a " + schema.getName() + ": " + e.getMessage(), e);
        }
    }

    private SpecificDatumReader<T> reader(long written) throws IOException {
        SpecificDatumReader<T> reader = readers.get(written);
        if (reader == null) {
            Schema writer = writer(written);
            if (writer == null || !writer.getFullName().equals(schema.getFullName())) {
                throw new IOException(
                        "schema fingerprint %016x is not one of %s, now or in a released version"
                                .formatted(written, schema.getName()));
            }
            reader = new SpecificDatumReader<>(writer, schema, (SpecificData) data);
            readers.put(written, reader);
        }
        return reader;
    }

    private @Nullable Schema writer(long written) throws IOException {
        try {
            return written == fingerprint ? schema : WriterSchemas.byFingerprint(written);
        } catch (UnknownSchemaException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
