package io.penstock.sample;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** {@link WireFormat#confluent(Map)}. */
final class ConfluentFormat implements WireFormat {
    private static final long serialVersionUID = 1L;

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int HEADER_BYTES = 5;

    private final HashMap<Integer, Schema> schemas;

    // A cache, built again after the object has been shipped.
    private transient int lastId;
    private transient @Nullable Body last;

    ConfluentFormat(Map<Integer, Schema> schemas) {
        this.schemas = new HashMap<>(schemas);
    }

    @Override
    public Body body(byte[] value) throws UnknownSchemaException {
        if (value.length < HEADER_BYTES || value[0] != 0) {
            throw new UnknownSchemaException(
                    "record begins with "
                            + Texts.hex(value, HEADER_BYTES)
                            + "; allowed: 00 and a schema id of four bytes (Confluent framing)");
        }
        int id = (int) INT.get(value, 1);
        Body body = last;
        if (body == null || id != lastId) {
            body = find(id);
            lastId = id;
            last = body;
        }
        return body;
    }

    private Body find(int id) throws UnknownSchemaException {
        Schema schema = schemas.get(id);
        if (schema == null) {
            throw new UnknownSchemaException(
                    "schema id "
                            + id
                            + " is not known; allowed: "
                            + new TreeSet<>(schemas.keySet()));
        }
        return new Body(WriterSchemas.currentIfSame(schema), HEADER_BYTES);
    }
}
