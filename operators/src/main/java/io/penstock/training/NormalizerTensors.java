package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.penstock.sample.Normalizer;
import io.penstock.sample.Normalizer.Affine;
import io.penstock.sample.SampleSpec;
import java.nio.FloatBuffer;
import java.util.function.IntFunction;

/** The constants of a {@link Normalizer} as tensors, refreshed when they change. */
final class NormalizerTensors implements AutoCloseable {
    final IValue inputShift;
    final IValue inputScale;
    final IValue outputShift;
    final IValue outputScale;

    private final SampleSpec spec;
    private final Normalizer normalizer;
    private final NDArray[] tensors = new NDArray[4];
    private long version;

    NormalizerTensors(NDManager manager, SampleSpec spec, Normalizer normalizer) {
        this.spec = spec;
        this.normalizer = normalizer;
        for (int i = 0; i < tensors.length; i++) {
            tensors[i] = manager.zeros(new Shape(i < 2 ? spec.inputs() : spec.outputs()));
        }
        this.inputShift = TrainingOps.argument(tensors[0]);
        this.inputScale = TrainingOps.argument(tensors[1]);
        this.outputShift = TrainingOps.argument(tensors[2]);
        this.outputScale = TrainingOps.argument(tensors[3]);
        this.version = normalizer.version() - 1;
        refresh();
    }

    /** Brings the tensors up to date. */
    void refresh() {
        if (version == normalizer.version()) {
            return;
        }
        version = normalizer.version();
        fill(normalizer::input, spec.inputs(), i -> 1, tensors[0], tensors[1]);
        fill(
                normalizer::field,
                spec.fields().size(),
                f -> spec.fields().get(f).cells(),
                tensors[2],
                tensors[3]);
    }

    private static void fill(
            IntFunction<Affine> constants,
            int quantities,
            IntFunction<Integer> cells,
            NDArray shift,
            NDArray scale) {
        float[] shifts = new float[(int) shift.size()];
        float[] scales = new float[shifts.length];
        int at = 0;
        for (int q = 0; q < quantities; q++) {
            for (int end = at + cells.apply(q); at < end; at++) {
                shifts[at] = (float) constants.apply(q).shift();
                scales[at] = (float) constants.apply(q).scale();
            }
        }
        shift.set(FloatBuffer.wrap(shifts));
        scale.set(FloatBuffer.wrap(scales));
    }

    @Override
    public void close() {
        inputShift.close();
        inputScale.close();
        outputShift.close();
        outputScale.close();
    }
}
