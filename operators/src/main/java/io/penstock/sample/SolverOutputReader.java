package io.penstock.sample;

import io.penstock.schemas.Purpose;
import io.penstock.schemas.RejectionCause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a SolverOutput of the current schema straight into a row and checks it on the way.
 *
 * <p>Written by hand, field after field in the order of the schema, because Avro's readers would
 * make a dozen objects and two more copies of the data per sample. A test holds the schema it was
 * written for against the current one.
 */
final class SolverOutputReader {
    private static final Purpose[] PURPOSES = Purpose.values();
    private static final int FLOAT32 = 0;
    private static final int FLOAT64 = 1;
    private static final int EXTENTS_KEPT = 8;
    private static final String FINITE = "; allowed: finite 32-bit floats";

    private final SampleSpec spec;
    private final byte[] study;
    private final List<byte[]> fieldNames;
    private final int[][] shapes;
    private final int[] cells;
    private final int[] extents;
    private final byte[] row;

    private long simulation;
    private int step;
    private boolean identified;

    SolverOutputReader(SampleSpec spec) {
        this.spec = spec;
        study = utf8(spec.study());
        fieldNames = spec.fields().stream().map(field -> utf8(field.name())).toList();
        shapes =
                spec.fields().stream()
                        .map(field -> field.shape().stream().mapToInt(Integer::intValue).toArray())
                        .toArray(int[][]::new);
        cells = spec.fields().stream().mapToInt(FieldSpec::cells).toArray();
        int most = Arrays.stream(shapes).mapToInt(shape -> shape.length).max().orElse(0);
        extents = new int[Math.max(most, EXTENTS_KEPT)];
        row = new byte[spec.rowBytes()];
    }

    /** Forgets the record read before, so that a rejection does not name its simulation. */
    void begin() {
        identified = false;
    }

    /** Rejection of the record being read, with its simulation and step if they were read. */
    Rejection rejection(RejectionCause cause, String reason) {
        return identified
                ? new Rejection(cause, reason, simulation, step)
                : new Rejection(cause, reason, null, null);
    }

    /**
     * Reads a whole record; {@code in} is placed at its body in {@code value}.
     *
     * @throws IOException when it is not valid Avro
     * @throws BadRecordException when it is, but the study does not allow it
     */
    Sample read(int partition, long offset, byte[] value, AvroBytes in)
            throws IOException, BadRecordException {
        int studyLength = in.skipLengthPrefixed();
        int studyStart = in.position() - studyLength;
        simulation = in.readLong();
        step = in.readInt();
        identified = true;
        double time = in.readDouble();
        Purpose purpose = purpose(in.readEnum());
        checkStudy(value, studyStart, studyLength);
        checkIds();
        readParameters(in);
        putInput(spec.parameters().size(), "time", time);
        readFields(value, in);
        if (in.remaining() > 0) {
            throw new IOException(in.remaining() + " bytes follow the record; allowed: none");
        }
        return new Sample(simulation, step, purpose, partition, offset, row);
    }

    private static Purpose purpose(int index) throws IOException {
        if (index < 0 || index >= PURPOSES.length) {
            throw new IOException(
                    "purpose has index "
                            + index
                            + "; allowed: 0 to "
                            + (PURPOSES.length - 1)
                            + " "
                            + Arrays.toString(PURPOSES));
        }
        return PURPOSES[index];
    }

    private void checkStudy(byte[] value, int start, int length) throws BadRecordException {
        if (!Arrays.equals(value, start, start + length, study, 0, study.length)) {
            throw new BadRecordException(
                    RejectionCause.WRONG_STUDY,
                    "study is "
                            + Texts.quoted(value, start, length)
                            + "; allowed: "
                            + Texts.quoted(spec.study()));
        }
    }

    private void checkIds() throws BadRecordException {
        if (simulation < 0) {
            throw new BadRecordException(
                    RejectionCause.WRONG_SIMULATION,
                    "simulation is " + simulation + "; allowed: 0 or above");
        }
        if (step < 0 || step >= spec.steps()) {
            throw new BadRecordException(
                    RejectionCause.WRONG_STEP,
                    "step is " + step + "; allowed: 0 to " + (spec.steps() - 1));
        }
    }

    private void readParameters(AvroBytes in) throws IOException, BadRecordException {
        int expected = spec.parameters().size();
        int found = 0;
        for (long block = in.readArrayStart(); block > 0; block = in.arrayNext()) {
            for (long i = 0; i < block; i++) {
                double value = in.readDouble();
                if (found < expected) {
                    putInput(found, spec.parameters().get(found).name(), value);
                }
                found++;
            }
        }
        if (found != expected) {
            throw new BadRecordException(
                    RejectionCause.WRONG_PARAMETERS,
                    found
                            + " parameters; allowed: "
                            + expected
                            + " "
                            + spec.parameters().stream().map(Quantity::name).toList());
        }
    }

    private void putInput(int index, String name, double value) throws BadRecordException {
        float narrowed = (float) value;
        if (!Float.isFinite(narrowed)) {
            throw new BadRecordException(
                    RejectionCause.NOT_FINITE, "input " + name + " is " + value + FINITE);
        }
        Floats.set(row, index * Float.BYTES, narrowed);
    }

    private void readFields(byte[] value, AvroBytes in) throws IOException, BadRecordException {
        int found = 0;
        int rowAt = spec.inputs() * Float.BYTES;
        for (long block = in.readArrayStart(); block > 0; block = in.arrayNext()) {
            for (long i = 0; i < block; i++) {
                if (found == fieldNames.size()) {
                    throw wrongFields("more fields than " + found);
                }
                readField(found, value, in, rowAt);
                rowAt += cells[found] * Float.BYTES;
                found++;
            }
        }
        if (found != fieldNames.size()) {
            throw wrongFields(found + " fields");
        }
    }

    private BadRecordException wrongFields(String found) {
        return new BadRecordException(
                RejectionCause.WRONG_FIELDS,
                found + "; allowed: " + spec.fields().stream().map(FieldSpec::name).toList());
    }

    private void readField(int field, byte[] value, AvroBytes in, int rowAt)
            throws IOException, BadRecordException {
        int length = in.skipLengthPrefixed();
        int start = in.position() - length;
        byte[] name = fieldNames.get(field);
        if (!Arrays.equals(value, start, start + length, name, 0, name.length)) {
            throw wrongFields("field " + field + " is " + Texts.quoted(value, start, length));
        }
        readShape(field, in);
        int type = in.readEnum();
        if (type != FLOAT32 && type != FLOAT64) {
            throw new IOException("dtype has index " + type + "; allowed: 0 and 1");
        }
        int elementBytes = type == FLOAT32 ? Float.BYTES : Double.BYTES;
        int dataLength = in.skipLengthPrefixed();
        int dataStart = in.position() - dataLength;
        if (dataLength != (long) cells[field] * elementBytes) {
            throw wrongLength(field, dataLength, elementBytes);
        }
        if (type == FLOAT32) {
            System.arraycopy(value, dataStart, row, rowAt, dataLength);
        } else {
            Floats.narrow(value, dataStart, row, rowAt, cells[field]);
        }
        if (!Floats.allFinite(row, rowAt, cells[field])) {
            throw notFinite(field, value, dataStart, type, rowAt);
        }
    }

    private void readShape(int field, AvroBytes in) throws IOException, BadRecordException {
        int[] expected = shapes[field];
        int found = 0;
        boolean same = true;
        for (long block = in.readArrayStart(); block > 0; block = in.arrayNext()) {
            for (long i = 0; i < block; i++) {
                int extent = in.readInt();
                if (found < extents.length) {
                    extents[found] = extent;
                }
                same &= found < expected.length && extent == expected[found];
                found++;
            }
        }
        if (!same || found != expected.length) {
            throw new BadRecordException(
                    RejectionCause.WRONG_SHAPE,
                    describe(field)
                            + " has shape "
                            + Texts.list(extents, found)
                            + "; allowed: "
                            + Arrays.toString(expected));
        }
    }

    private BadRecordException wrongLength(int field, int found, int elementBytes) {
        return new BadRecordException(
                RejectionCause.WRONG_LENGTH,
                describe(field)
                        + " has "
                        + found
                        + " bytes; allowed: "
                        + (long) cells[field] * elementBytes
                        + " ("
                        + cells[field]
                        + " cells of "
                        + elementBytes
                        + " bytes)");
    }

    private BadRecordException notFinite(
            int field, byte[] value, int dataStart, int type, int rowAt) {
        int cell = 0;
        while (Float.isFinite(Floats.get(row, rowAt + cell * Float.BYTES))) {
            cell++;
        }
        double found =
                type == FLOAT32
                        ? Floats.get(value, dataStart + cell * Float.BYTES)
                        : Floats.getDouble(value, dataStart + cell * Double.BYTES);
        return new BadRecordException(
                RejectionCause.NOT_FINITE,
                describe(field) + " is " + found + " in cell " + cell + FINITE);
    }

    private String describe(int field) {
        return "field " + Texts.quoted(spec.fields().get(field).name());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
