package io.penstock.sample;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** {@link WireFormat#singleObject()}. */
final class SingleObjectFormat implements WireFormat {
    private static final long serialVersionUID = 1L;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final int HEADER_BYTES = 10;

    // A cache, built again after the object has been shipped.
    private transient @Nullable Map<Long, Body> known;
    private transient long lastFingerprint;
    private transient @Nullable Body last;

    @Override
    public Body body(byte[] value) throws UnknownSchemaException {
        if (value.length < HEADER_BYTES || value[0] != (byte) 0xC3 || value[1] != 0x01) {
            throw new UnknownSchemaException(
                    "record begins with "
                            + Texts.hex(value, HEADER_BYTES)
                            + "; allowed: c3 01 and a schema fingerprint (Avro single-object)");
        }
        long fingerprint = (long) LONG.get(value, 2);
        Body body = last;
        if (body == null || fingerprint != lastFingerprint) {
            body = find(fingerprint);
            lastFingerprint = fingerprint;
            last = body;
        }
        return body;
    }

    private Body find(long fingerprint) throws UnknownSchemaException {
        if (known == null) {
            known = new HashMap<>();
        }
        Body body = known.get(fingerprint);
        if (body == null) {
            Schema schema = WriterSchemas.byFingerprint(fingerprint);
            if (schema == null) {
                throw new UnknownSchemaException(
                        String.format(
                                "schema fingerprint %016x is not known; allowed: SolverOutput, now"
                                        + " or in a released version",
                                fingerprint));
            }
            body = new Body(schema, HEADER_BYTES);
            known.put(fingerprint, body);
        }
        return body;
    }
}
