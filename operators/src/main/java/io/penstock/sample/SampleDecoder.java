package io.penstock.sample;

import io.penstock.schemas.EventKind;
import io.penstock.schemas.RejectionCause;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SolverOutput;
import java.io.IOException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * From the value of a record of {@code solver-outputs} to a checked {@link Sample}, or the reason
 * why it is none.
 *
 * <p>Never throws, whatever the bytes are, and allocates no more than a small multiple of their
 * length, whatever lengths they declare. A record of the current schema is copied once, from the
 * value into the row; the row is used again for the next record (see {@link Sample}). Not safe for
 * use by several threads.
 */
public final class SampleDecoder {
    private static final Schema OUTPUT = SolverOutput.getClassSchema();
    private static final Schema EVENT = SimulationEvent.getClassSchema();

    private final SampleSpec spec;
    private final WireFormat format;
    private final SolverOutputReader reader;
    private final SchemaResolution resolution = new SchemaResolution();
    private final AvroBytes in = new AvroBytes();

    /** For records in Avro single-object encoding. */
    public SampleDecoder(SampleSpec spec) {
        this(spec, WireFormat.singleObject());
    }

    /** For records of another wire format. */
    public SampleDecoder(SampleSpec spec, WireFormat format) {
        this.spec = spec;
        this.format = format;
        this.reader = new SolverOutputReader(spec);
    }

    /**
     * Decodes and checks a record.
     *
     * @param partition partition of the record, carried into the sample
     * @param offset offset of the record, carried into the sample
     * @param value its value; only read
     */
    public Decoded decode(int partition, long offset, byte @Nullable [] value) {
        reader.begin();
        try {
            return read(partition, offset, checkSize(value));
        } catch (BadRecordException e) {
            return reader.rejection(e.rejectionCause(), e.reason());
        } catch (UnknownSchemaException e) {
            return reader.rejection(RejectionCause.UNKNOWN_SCHEMA, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return reader.rejection(
                    RejectionCause.UNDECODABLE, "not valid Avro: " + e.getMessage());
        }
    }

    private byte[] checkSize(byte @Nullable [] value) throws BadRecordException {
        if (value == null || value.length == 0) {
            throw new BadRecordException(
                    RejectionCause.EMPTY,
                    (value == null ? "no value" : "value of 0 bytes")
                            + "; allowed: a SolverOutput");
        }
        if (value.length > spec.maxRecordBytes()) {
            throw new BadRecordException(
                    RejectionCause.TOO_LARGE,
                    "value of "
                            + value.length
                            + " bytes; allowed: "
                            + spec.maxRecordBytes()
                            + " at most");
        }
        return value;
    }

    private Decoded read(int partition, long offset, byte[] value)
            throws BadRecordException, UnknownSchemaException, IOException {
        WireFormat.Body body = format.body(value);
        Schema writer = body.writer();
        if (writer.equals(OUTPUT)) { // The same object, as a rule: nothing is compared.
            return reader.read(partition, offset, value, in.reset(value, body.start()));
        }
        if (writer.getFullName().equals(OUTPUT.getFullName())) {
            byte[] current = resolution.toCurrent(body, value);
            return reader.read(
                    partition, offset, current, in.reset(current, SingleObjectFormat.HEADER_BYTES));
        }
        if (writer.getFullName().equals(EVENT.getFullName())) {
            return endMarker(resolution.event(body, value));
        }
        throw new UnknownSchemaException(
                "record is a " + writer.getFullName() + "; allowed: " + OUTPUT.getFullName());
    }

    private EndMarker endMarker(SimulationEvent event) throws BadRecordException {
        if (event.getKind() != EventKind.ENSEMBLE_FINISHED) {
            throw new BadRecordException(
                    RejectionCause.OTHER,
                    "record is an event "
                            + event.getKind()
                            + "; allowed: samples, and the event ENSEMBLE_FINISHED");
        }
        if (!event.getStudy().equals(spec.study())) {
            throw new BadRecordException(
                    RejectionCause.WRONG_STUDY,
                    "end of study "
                            + Texts.quoted(event.getStudy())
                            + "; allowed: "
                            + Texts.quoted(spec.study()));
        }
        return new EndMarker(event.getStudy());
    }
}
