package io.penstock.sample;

import io.penstock.schemas.DType;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.Field;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SolverOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** A study with two parameters and two fields, and records of it to start tests from. */
final class Outputs {
    static final SampleSpec SPEC =
            new SampleSpec(
                    "heat",
                    List.of(new Quantity("left", "K", 0, 1), new Quantity("right", "K", 0, 1)),
                    new Quantity("time", "s", 0, 1),
                    List.of(
                            new FieldSpec("u", "K", List.of(2, 3), 0, 1),
                            new FieldSpec("flux", "W", List.of(2), 0, 1)),
                    10,
                    4096);
    static final double[] U = {1, 2, 3, -4, 5.5, 6};
    static final double[] FLUX = {0.25, -0.75};

    private Outputs() {}

    static SolverOutput.Builder output() {
        return SolverOutput.newBuilder()
                .setStudy("heat")
                .setSimulation(7)
                .setTimeStep(3)
                .setTime(0.5)
                .setPurpose(Purpose.VALIDATION)
                .setParameters(List.of(0.125, 0.25))
                .setFields(
                        List.of(
                                field("u", DType.FLOAT32, List.of(2, 3), U),
                                field("flux", DType.FLOAT32, List.of(2), FLUX)));
    }

    static Field field(String name, DType type, List<Integer> shape, double... values) {
        return new Field(name, shape, type, ByteBuffer.wrap(data(type, values)));
    }

    static byte[] data(DType type, double... values) {
        ByteBuffer buffer =
                ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            if (type == DType.FLOAT32) {
                buffer.putFloat((float) value);
            } else {
                buffer.putDouble(value);
            }
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    static byte[] encode(SolverOutput output) {
        try {
            return SolverOutput.getEncoder().encode(output).array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] event(String study, EventKind kind) {
        try {
            return SimulationEvent.getEncoder()
                    .encode(
                            SimulationEvent.newBuilder()
                                    .setStudy(study)
                                    .setKind(kind)
                                    .setTimestampMillis(1)
                                    .build())
                    .array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A row as numbers. */
    static float[] numbers(byte[] row) {
        float[] numbers = new float[row.length / Float.BYTES];
        ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
        return numbers;
    }
}
