package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.penstock.surrogate.Surrogate;

/** From gathered rows to the surrogate's normalised predictions. */
record Forward(TrainingOps ops, Surrogate surrogate, NormalizerTensors normalizer) {
    /**
     * Predictions [k, n_out] of a batch; records a graph when training.
     *
     * @param scope owns what is made
     */
    NDArray predict(NDManager scope, Staging.View batch, boolean training) {
        ops.run(
                "inputs",
                batch.rowsArgument,
                normalizer.inputShift,
                normalizer.inputScale,
                batch.inputsArgument);
        JniUtils.setGradMode(training);
        try {
            // Results belong to the manager of their operand: the step's, which frees them.
            batch.inputs.tempAttach(scope);
            return surrogate.forward(new NDList(batch.inputs), training);
        } finally {
            JniUtils.setGradMode(false);
        }
    }
}
