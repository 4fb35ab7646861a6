package io.penstock.sample;

import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SolverOutput;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaParseException;
import org.apache.avro.message.SchemaStore;
import org.jspecify.annotations.Nullable;

/**
 * The schemas a record may have been written with: the current ones, and former versions that lie
 * on the class path as {@code io/penstock/schemas/by-fingerprint/<16 hex digits>.avsc}.
 */
public final class WriterSchemas {
    /** For Avro's own decoders: they can then read records of released versions too. */
    public static final SchemaStore STORE = WriterSchemas::released;

    private static final List<Schema> CURRENT =
            List.of(SolverOutput.getClassSchema(), SimulationEvent.getClassSchema());

    private WriterSchemas() {}

    @SuppressWarnings("NullAway") // Avro wants null for a schema that is not known.
    private static Schema released(long fingerprint) {
        try {
            return byFingerprint(fingerprint);
        } catch (UnknownSchemaException e) {
            return null;
        }
    }

    static @Nullable Schema byFingerprint(long fingerprint) throws UnknownSchemaException {
        for (Schema schema : CURRENT) {
            if (fingerprint(schema) == fingerprint) {
                return schema;
            }
        }
        String resource =
                String.format("/io/penstock/schemas/by-fingerprint/%016x.avsc", fingerprint);
        try (InputStream in = SolverOutput.class.getResourceAsStream(resource)) {
            if (in == null) {
                return null;
            }
            Schema schema = new Schema.Parser().parse(in);
            return fingerprint(schema) == fingerprint ? schema : null;
        } catch (IOException | SchemaParseException e) {
            throw new UnknownSchemaException(
                    "schema " + resource + " of the class path cannot be read: " + e.getMessage());
        }
    }

    /** The current schema's own object if {@code schema} writes the same bytes, else itself. */
    static Schema currentIfSame(Schema schema) {
        long fingerprint = fingerprint(schema);
        return CURRENT.stream()
                .filter(current -> fingerprint(current) == fingerprint)
                .findFirst()
                .orElse(schema);
    }

    static long fingerprint(Schema schema) {
        return SchemaNormalization.parsingFingerprint64(schema);
    }
}
