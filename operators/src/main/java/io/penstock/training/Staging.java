package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory that every batch passes through, allocated once: the gathered rows, a mark per fresh
 * sample, the normalised inputs, and the gradient at the output. On the CPU the row tensor aliases
 * the buffer that the gather fills, so a batch is copied exactly once.
 */
final class Staging implements AutoCloseable {
    /** What libtorch's own allocator gives; unaligned operands make a matrix product differ. */
    private static final int ALIGNMENT = 64;

    private final NDManager manager;
    private final int capacity;
    private final ByteBuffer rowBytes;
    private final ByteBuffer freshMarks;
    private final NDArray rows;
    private final NDArray fresh;
    private final NDArray inputs;
    private final NDArray gradient;
    private final View full;

    Staging(NDManager parent, int capacity, int inputs, int outputs) {
        this.manager = parent.newSubManager();
        this.capacity = capacity;
        this.rowBytes = aligned((long) capacity * (inputs + outputs) * Float.BYTES);
        this.freshMarks = aligned((long) capacity * Float.BYTES);
        this.rows = onCpu(rowBytes, new Shape(capacity, inputs + outputs));
        this.fresh = onCpu(freshMarks, new Shape(capacity));
        this.inputs = manager.zeros(new Shape(capacity, inputs));
        this.gradient = manager.zeros(new Shape(capacity, outputs));
        this.full = new View(manager.newSubManager(), capacity);
    }

    private NDArray onCpu(ByteBuffer memory, Shape shape) {
        return manager.create(memory, shape, DataType.FLOAT32);
    }

    private static ByteBuffer aligned(long bytes) {
        return ByteBuffer.allocateDirect(Math.toIntExact(bytes + 2L * ALIGNMENT))
                .alignedSlice(ALIGNMENT)
                .limit(Math.toIntExact(bytes))
                .slice()
                .order(ByteOrder.nativeOrder());
    }

    /** Where the gather puts the rows, one after another. */
    ByteBuffer rowBytes() {
        return rowBytes;
    }

    /** Marks sample {@code i} of the batch as drawn for the first time, or not. */
    void markFresh(int i, boolean isFresh) {
        freshMarks.putFloat(i * Float.BYTES, isFresh ? 1f : 0f);
    }

    /** The first {@code n} samples as tensors; close it after use. */
    View view(int n) {
        return n == capacity ? full : new View(manager.newSubManager(), n);
    }

    @Override
    public void close() {
        full.closeArguments();
        manager.close();
    }

    /** The tensors of a batch and the same as arguments of {@link TrainingOps}. */
    final class View implements AutoCloseable {
        final NDArray inputs;
        final NDArray gradient;
        final IValue rowsArgument;
        final IValue freshArgument;
        final IValue inputsArgument;
        final IValue gradientArgument;
        private final NDManager scope;

        private View(NDManager scope, int n) {
            this.scope = scope;
            this.inputs = first(Staging.this.inputs, n);
            this.gradient = first(Staging.this.gradient, n);
            this.rowsArgument = TrainingOps.argument(first(rows, n));
            this.freshArgument = TrainingOps.argument(first(fresh, n));
            this.inputsArgument = TrainingOps.argument(inputs);
            this.gradientArgument = TrainingOps.argument(gradient);
        }

        private NDArray first(NDArray tensor, int n) {
            if (n == capacity) {
                return tensor;
            }
            NDArray view = tensor.get("0:" + n);
            view.attach(scope);
            return view;
        }

        private void closeArguments() {
            rowsArgument.close();
            freshArgument.close();
            inputsArgument.close();
            gradientArgument.close();
        }

        @Override
        public void close() {
            if (this != full) {
                closeArguments();
                scope.close();
            }
        }
    }
}
