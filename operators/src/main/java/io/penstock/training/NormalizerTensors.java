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
    private final int bundle;
    private final Normalizer normalizer;
    private final NDArray[] tensors = new NDArray[4];
    private long version;

    /** The constants of a study, those of the outputs once for each step that is predicted. */
    NormalizerTensors(NDManager manager, StudySpec study, Normalizer normalizer) {
        this.spec = study.sample();
        this.bundle = study.surrogate().form().bundle();
        this.normalizer = normalizer;
        for (int i = 0; i < tensors.length; i++) {
            tensors[i] =
                    manager.zeros(
                            new Shape(i < 2 ? spec.inputs() : (long) bundle * spec.outputs()));
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
        int fields = spec.fields().size();
        fill(
                f -> normalizer.field(f % fields),
                bundle * fields,
                f -> spec.fields().get(f % fields).cells(),
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

    /** Normalised scalars [k, n_in]. */
    NDArray inputs(NDArray scalars) {
        return scalars.sub(tensors[0]).mul(tensors[1]);
    }

    /** Normalised fields of as many steps as are predicted [k, n_out]. */
    NDArray outputs(NDArray fields) {
        return fields.sub(tensors[2]).mul(tensors[3]);
    }

    @Override
    public void close() {
        inputShift.close();
        inputScale.close();
        outputShift.close();
        outputScale.close();
    }
}
