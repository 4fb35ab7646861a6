package io.penstock.sample;

import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SolverOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads records of a former schema, and the rare records that are not samples, through Avro's own
 * resolution.
 */
final class SchemaResolution {
    private final Map<Schema, SpecificDatumReader<? extends SpecificRecord>> readers =
            new HashMap<>();
    private final AvroBytes in = new AvroBytes();

    /** A SolverOutput of a former schema, as a single object of the current one. */
    byte[] toCurrent(WireFormat.Body body, byte[] value) throws IOException {
        SolverOutput output = (SolverOutput) read(body, value, SolverOutput.getClassSchema());
        return SolverOutput.getEncoder().encode(output).array();
    }

    SimulationEvent event(WireFormat.Body body, byte[] value) throws IOException {
        return (SimulationEvent) read(body, value, SimulationEvent.getClassSchema());
    }

    @SuppressWarnings("NullAway") // Avro's reader takes no object to reuse as null.
    private SpecificRecord read(WireFormat.Body body, byte[] value, Schema current)
            throws IOException {
        try {
            SpecificRecord read =
                    readers.computeIfAbsent(
                                    body.writer(),
                                    writer -> new SpecificDatumReader<>(writer, current))
                            .read(null, in.reset(value, body.start()));
            if (in.remaining() > 0) {
                throw new IOException(in.remaining() + " bytes follow the record; allowed: none");
            }
            return read;
        } catch (RuntimeException e) {
            // Avro reports what it cannot read with runtime exceptions of many types.
            throw new IOException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }
}
