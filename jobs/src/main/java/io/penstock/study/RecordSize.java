package io.penstock.study;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.sample.FieldSpec;
import io.penstock.sample.Quantity;
import java.util.List;

/**
 * How large the record of a time step gets: Avro single-object encoding of {@code SolverOutput},
 * with every number of variable length (zig-zag) taken at its longest.
 */
final class RecordSize {
    private static final long HEADER = 10;
    private static final long INT = 5;
    private static final long LONG = 10;
    private static final long ENUM = 1;

    /** The length before the items, and the zero after them. */
    private static final long BLOCKS = LONG + 1;

    private RecordSize() {}

    /** Upper bound in bytes when fields are sent as 32-bit floats. */
    static long bound(String study, List<Quantity> parameters, List<FieldSpec> fields) {
        long identity = text(study) + LONG + INT + Double.BYTES + ENUM;
        long inputs = BLOCKS + (long) parameters.size() * Double.BYTES;
        long outputs = BLOCKS + fields.stream().mapToLong(RecordSize::field).sum();
        return HEADER + identity + inputs + outputs;
    }

    private static long field(FieldSpec field) {
        long shape = BLOCKS + field.shape().size() * INT;
        return text(field.name()) + shape + LONG + ENUM + (long) field.cells() * Float.BYTES;
    }

    private static long text(String text) {
        return LONG + text.getBytes(UTF_8).length;
    }
}
