package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.penstock.reservoir.SlotStore;
import io.penstock.sample.SampleSpec;
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
    private final int steps;
    private final ByteBuffer rowBytes;
    private final ByteBuffer freshMarks;
    private final NDArray rows;
    private final NDArray fresh;
    private final NDArray inputs;
    private final NDArray targets;
    private final NDArray gradient;
    private final View full;

    /**
     * @param capacity samples of a batch
     */
    Staging(NDManager parent, int capacity, StudySpec study) {
        SampleSpec sample = study.sample();
        int outputs = study.network().outputs();
        this.manager = parent.newSubManager();
        this.capacity = capacity;
        this.steps = study.surrogate().form().windowSteps();
        long rowLength = sample.inputs() + sample.outputs();
        this.rowBytes = aligned(capacity * steps * rowLength * Float.BYTES);
        this.freshMarks = aligned((long) capacity * Float.BYTES);
        this.rows = onCpu(rowBytes, new Shape(capacity, steps * rowLength));
        this.fresh = onCpu(freshMarks, new Shape(capacity));
        this.inputs = manager.zeros(new Shape(capacity, sample.inputs()));
        this.targets = steps == 1 ? rows : manager.zeros(new Shape(capacity, outputs));
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

    /** Copies the rows of samples here, one after another. */
    void gather(SlotStore store, Drawn samples) {
        store.gather(samples.slots(), samples.count() * steps, rowBytes);
    }

    /** Marks sample {@code i} of the batch as drawn for the first time, or not. */
    void markFresh(int i, boolean isFresh) {
        freshMarks.putFloat(i * Float.BYTES, isFresh ? 1f : 0f);
    }

    /** The samples gathered last as tensors; close it after use. */
    View view(Drawn samples) {
        int n = samples.count();
        View view = n == capacity ? full : new View(manager.newSubManager(), n);
        view.gap = samples.gap();
        return view;
    }

    @Override
    public void close() {
        full.closeArguments();
        manager.close();
    }

    /** The tensors of a batch and the same as arguments of {@link TrainingOps}. */
    final class View implements AutoCloseable {
        /** The rows of a sample one after another [n, steps × row]. */
        final NDArray rows;

        /** Room for the normalised scalars [n, n_in]. */
        final NDArray inputs;

        /**
         * Rows whose last columns are the fields to predict: those of single steps, else room for
         * what a window's are.
         */
        final NDArray targets;

        final NDArray gradient;

        /** Gap of the windows. */
        int gap = 1;

        final IValue rowsArgument;
        final IValue targetsArgument;
        final IValue freshArgument;
        final IValue inputsArgument;
        final IValue gradientArgument;
        private final NDManager scope;

        private View(NDManager scope, int n) {
            this.scope = scope;
            this.inputs = first(Staging.this.inputs, n);
            this.rows = first(Staging.this.rows, n);
            this.targets = steps == 1 ? rows : first(Staging.this.targets, n);
            this.gradient = first(Staging.this.gradient, n);
            this.rowsArgument = TrainingOps.argument(rows);
            this.targetsArgument = TrainingOps.argument(targets);
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
            targetsArgument.close();
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
