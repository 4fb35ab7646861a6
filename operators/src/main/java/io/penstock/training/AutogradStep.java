package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;

/**
 * The step of any surrogate and any optimiser: libtorch records the forward pass and derives the
 * backward pass from it; then the optimiser goes through all weights and their gradients.
 */
final class AutogradStep implements Step {
    private final Forward forward;
    private final Optimiser optimiser;
    private final IValue sums;
    private final StepTimes times;

    /**
     * @param sums the training sums, float64
     * @param times where to say how long the optimiser took
     */
    AutogradStep(Forward forward, Optimiser optimiser, NDArray sums, StepTimes times) {
        this.times = times;
        this.forward = forward;
        this.optimiser = optimiser;
        this.sums = TrainingOps.argument(sums);
        forward.surrogate().weights().forEach(weight -> weight.values().setRequiresGradient(true));
    }

    @Override
    public void train(Staging.View batch, double rate, long number) {
        try (NDManager scope = forward.surrogate().manager().newSubManager()) {
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
