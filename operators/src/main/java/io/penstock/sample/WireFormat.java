package io.penstock.sample;

import java.io.Serializable;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * Finds the Avro body in the bytes of a record, and the schema it was written with.
 *
 * <p>Implementations may keep the last schema they found, so each user has an instance of its own.
 */
public interface WireFormat extends Serializable {
    /**
     * Where the body lies.
     *
     * @param writer schema it was written with; {@link io.penstock.schemas} classes' own schema
     *     object when it is the current one
     * @param start index of its first byte; it ends with the record
     */
    record Body(Schema writer, int start) {}

    /**
     * Reads the header of a record.
     *
     * @throws UnknownSchemaException when there is no header of this format, or it names a schema
     *     that is not known
     */
    Body body(byte[] value) throws UnknownSchemaException;

    /**
     * Avro single-object encoding, the default: C3 01, the little-endian CRC-64-AVRO fingerprint of
     * the schema (8 bytes), the body. Knows the current schemas and the former ones kept on the
     * class path.
     */
    static WireFormat singleObject() {
        return new SingleObjectFormat();
    }

    /**
     * Confluent framing: 00, a big-endian schema id (4 bytes), the body. The ids a registry gave
     * are passed in, so that reading needs no registry.
     */
    static WireFormat confluent(Map<Integer, Schema> schemas) {
        return new ConfluentFormat(schemas);
    }
}
