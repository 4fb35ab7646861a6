package io.penstock.flink;

import io.penstock.schemas.DType;
import io.penstock.schemas.Field;
import io.penstock.schemas.SimulationRequest;
import io.penstock.schemas.SolverOutput;
import io.penstock.solver.Solver;
import io.penstock.solver.SolverField;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;

/** A running simulation: its request, its solver and how far it is. */
final class SolveOperatorRun implements AutoCloseable {
    private final SimulationRequest request;
    private final Solver solver;
    private final List<SolverField> fields;
    private final int steps;
    private final List<ByteBuffer> buffers;
    private int done;

    /** Starts the simulation asked for; whatever the solver throws comes through. */
    SolveOperatorRun(SimulationRequest request, SolveOperatorSettings settings) {
        this.request = request;
        this.fields = settings.solver().fields();
        this.steps = settings.steps();
        this.buffers = fields.stream().map(SolveOperatorRun::buffer).toList();
        this.solver =
                settings.solver()
                        .start(
                                request.getParameters().stream()
                                        .mapToDouble(Double::doubleValue)
                                        .toArray());
    }

    private static ByteBuffer buffer(SolverField field) {
        return ByteBuffer.allocate(Math.multiplyExact(field.cells(), Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    SimulationRequest request() {
        return request;
    }

    /** Time steps computed so far. */
    int done() {
        return done;
    }

    boolean finished() {
        return done == steps;
    }

    /**
     * Computes the next time step; whatever the solver throws comes through.
     *
     * @return the step, its fields as 32-bit floats in buffers that the next call writes again
     */
    SolverOutput advance() throws InterruptedException {
        solver.advance();
        List<Field> values = IntStream.range(0, fields.size()).mapToObj(this::field).toList();
        return SolverOutput.newBuilder()
                .setStudy(request.getStudy())
                .setSimulation(request.getSimulation())
                .setTimeStep(done++)
                .setTime(solver.time())
                .setPurpose(request.getPurpose())
                .setParameters(request.getParameters())
                .setFields(values)
                .build();
    }

    private Field field(int index) {
        ByteBuffer buffer = buffers.get(index).clear();
        for (double value : solver.field(index)) {
            buffer.putFloat((float) value);
        }
        SolverField field = fields.get(index);
        return new Field(field.name(), field.shape(), DType.FLOAT32, buffer.flip());
    }

    @Override
    public void close() {
        solver.close();
    }
}
