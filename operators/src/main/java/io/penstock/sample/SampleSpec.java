package io.penstock.sample;

import io.penstock.setting.Check;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a sample of a study looks like.
 *
 * <p>A sample is one <em>row</em> of little-endian 32-bit floats: the inputs (parameters in order,
 * then the physical time), then the outputs (the fields in order, each in C order).
 *
 * @param study name of the study
 * @param parameters the simulation's parameters, in the order of the records
 * @param time the physical time, with its range over a simulation
 * @param fields the fields of a time step, in the order of the records
 * @param steps time steps of a simulation; step indices run from 0 to {@code steps - 1}
 * @param maxRecordBytes largest record accepted, bytes
 */
public record SampleSpec(
        String study,
        List<Quantity> parameters,
        Quantity time,
        List<FieldSpec> fields,
        int steps,
        int maxRecordBytes)
        implements Serializable {
    public SampleSpec {
        parameters = List.copyOf(parameters);
        fields = List.copyOf(fields);
        Check.notBlank("study", study);
        Check.that(!fields.isEmpty(), "fields", fields, "one or more fields");
        Check.atLeast(1, "steps", steps);
        Check.atLeast(1, "max-record-bytes", maxRecordBytes);
    }

    /** Number of inputs of the surrogate: the parameters and the time. */
    public int inputs() {
        return parameters.size() + 1;
    }

    /** Number of outputs of the surrogate: the cells of all fields. */
    public int outputs() {
        return fields.stream().mapToInt(FieldSpec::cells).reduce(0, Math::addExact);
    }

    /**
     * A row as numbers.
     *
     * @param row from its position to its limit, which do not move
     */
    public static float[] numbers(ByteBuffer row) {
        float[] numbers = new float[row.remaining() / Float.BYTES];
        row.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
        return numbers;
    }

    /** The inputs in a row of numbers. */
    public double[] inputsOf(float[] row) {
        double[] inputs = new double[inputs()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = row[i];
        }
        return inputs;
    }

    /** The fields in a row of numbers, in order, each in C order. */
    public List<float[]> fieldsOf(float[] row) {
        List<float[]> values = new ArrayList<>();
        int at = inputs();
        for (FieldSpec field : fields) {
            values.add(Arrays.copyOfRange(row, at, at + field.cells()));
            at += field.cells();
        }
        return values;
    }

    /** Bytes of a row: inputs and outputs as 32-bit floats. */
    public int rowBytes() {
        return Math.multiplyExact(Math.addExact(inputs(), outputs()), Float.BYTES);
    }
}
