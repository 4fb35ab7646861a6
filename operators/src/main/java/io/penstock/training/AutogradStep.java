package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The step of any surrogate and any optimiser: libtorch records the forward pass and derives the
 * backward pass from it; then the optimiser goes through all weights and their gradients.
 */
final class AutogradStep implements Step {
    private final Forward forward;
    private final Optimiser optimiser;
    private final IValue sums;
    private final StepTimes times;
    private final @Nullable Distillation distillation;

    /**
     * @param sums the training sums, float64
     * @param times where to say how long the optimiser took
     * @param distillation the teacher, if there is to be one
     */
    AutogradStep(
            Forward forward,
            Optimiser optimiser,
            NDArray sums,
            StepTimes times,
            @Nullable Distillation distillation) {
        this.times = times;
        this.distillation = distillation;
        this.forward = forward;
        this.optimiser = optimiser;
        this.sums = TrainingOps.argument(sums);
        forward.surrogate().weights().forEach(weight -> weight.values().setRequiresGradient(true));
    }

    @Override
    public void train(Staging.View batch, double rate, long number) {
        try (NDManager scope = forward.surrogate().manager().newSubManager()) {
            // First, since the batch is to hold the inputs and targets of the model's prediction.
            NDArray taught = distillation == null ? null : distillation.predict(scope, batch);
            NDArray prediction = forward.predict(scope, batch, true);
            try (IValue predicted = TrainingOps.argument(prediction)) {
                forward.ops()
                        .run(
                                "mse_gradient",
                                predicted,
                                batch.targetsArgument,
                                forward.normalizer().outputShift,
                                forward.normalizer().outputScale,
                                batch.freshArgument,
                                sums,
                                batch.gradientArgument);
            }
            if (distillation != null && taught != null) {
                distillation.blend(batch.gradient, prediction, taught);
            }
            JniUtils.backward((PtNDArray) prediction, (PtNDArray) batch.gradient, false, false);
        }
        long start = System.nanoTime();
        optimiser.step(rate, number);
        times.optimised(System.nanoTime() - start);
    }

    @Override
    public List<NDArray> stateTensors() {
        return optimiser.stateTensors();
    }

    @Override
    public void close() {
        optimiser.close();
        sums.close();
    }
}
