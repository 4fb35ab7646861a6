package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.penstock.sample.SampleForm;
import io.penstock.surrogate.NetworkShape;
import io.penstock.surrogate.Surrogate;

/** From gathered rows to the surrogate's normalised predictions. */
final class Forward {
    private final TrainingOps ops;
    private final Surrogate surrogate;
    private final NormalizerTensors normalizer;
    private final SampleForm form;
    private final NetworkShape network;

    Forward(
            TrainingOps ops,
            Surrogate surrogate,
            NormalizerTensors normalizer,
            NetworkShape network,
            SampleForm form) {
        this.ops = ops;
        this.surrogate = surrogate;
        this.normalizer = normalizer;
        this.form = form;
        this.network = network;
    }

    /** The same for another surrogate. */
    Forward of(Surrogate other) {
        return new Forward(ops, other, normalizer, network, form);
    }

    TrainingOps ops() {
        return ops;
    }

    Surrogate surrogate() {
        return surrogate;
    }

    NormalizerTensors normalizer() {
        return normalizer;
    }

    /**
     * Predictions [k, n_out] of a batch; records a graph when training. Whoever asks finds the
     * fields to predict in the batch then.
     *
     * @param scope owns what is made
     */
    NDArray predict(NDManager scope, Staging.View batch, boolean training) {
        if (form.isDirect()) {
            return apply(scalars(scope, batch), training);
        }
        WindowInputs inputs = WindowInputs.of(scope, batch, normalizer, network, form);
        for (int applied = 1; applied < batch.gap; applied++) {
            inputs = inputs.after(surrogate.forward(inputs.list(), training));
        }
        return apply(inputs.list(), training);
    }

    private NDArray apply(NDList inputs, boolean training) {
        JniUtils.setGradMode(training);
        try {
            return surrogate.forward(inputs, training);
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    private NDList scalars(NDManager scope, Staging.View batch) {
        ops.run(
                "inputs",
                batch.rowsArgument,
                normalizer.inputShift,
                normalizer.inputScale,
                batch.inputsArgument);
        // Results belong to the manager of their operand: the step's, which frees them.
        batch.inputs.tempAttach(scope);
        return new NDList(batch.inputs);
    }
}
