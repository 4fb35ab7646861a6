package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.penstock.surrogate.Surrogate;
import io.penstock.surrogate.Surrogate.NamedWeight;
import java.util.List;

/**
 * The step of an MLP trained with Adam: forward, loss, backward and optimiser in one call that goes
 * through the weights block by block and does everything with a block while it is in the cache.
 * Formulas: {@code dense_adam_step} of the TorchScript; those of {@link ResumableAdam} otherwise,
 * and the same state.
 *
 * <p>Such a step is bound by memory, and whole gradients would add half as much traffic again. It
 * cannot clip, since a clipped step needs the norm of the whole gradient before it moves a weight.
 */
final class DenseAdamStep implements Step {
    private static final int BLOCK_FLOATS = 1 << 17;
    private static final int LEAST_BLOCK_ROWS = 64;

    private final TrainingOps ops;
    private final NormalizerTensors normalizer;
    private final AdamState state;
    private final IValue sums;
    private final IValue blockGradient;
    private final IValue weights;
    private final IValue first;
    private final IValue second;
    private final IValue steps;
    private final IValue beta1;
    private final IValue beta2;
    private final IValue epsilon;
    private final IValue decay;

    /**
     * @param sums the training sums, float64
     */
    DenseAdamStep(Forward forward, OptimiserSpec spec, NDArray sums) {
        Surrogate surrogate = forward.surrogate();
        List<NDArray> tensors = surrogate.weights().stream().map(NamedWeight::values).toList();
        this.ops = forward.ops();
        this.normalizer = forward.normalizer();
        this.state = AdamState.zero(surrogate);
        this.sums = TrainingOps.argument(sums);
        this.blockGradient =
                TrainingOps.argument(surrogate.manager().zeros(new Shape(blockFloats(tensors))));
        this.weights = TrainingOps.argument(tensors);
        this.first = TrainingOps.argument(state.first());
        this.second = TrainingOps.argument(state.second());
        this.steps = TrainingOps.argument(state.steps());
        this.beta1 = IValue.from(spec.beta1());
        this.beta2 = IValue.from(spec.beta2());
        this.epsilon = IValue.from(spec.epsilon());
        this.decay = IValue.from(spec.weightDecay());
    }

    /**
     * Half a MiB, or what the fewest rows take that make a fast matrix product; never more than the
     * largest matrix.
     */
    private static long blockFloats(List<NDArray> weights) {
        long columns = 1;
        long largest = 1;
        for (NDArray weight : weights) {
            largest = Math.max(largest, weight.size());
            if (weight.getShape().dimension() > 1) {
                columns = Math.max(columns, weight.getShape().get(1));
            }
        }
        return Math.min(largest, Math.max(BLOCK_FLOATS, LEAST_BLOCK_ROWS * columns));
    }

    @Override
    public void train(Staging.View batch, double rate, long number) {
        try (IValue learningRate = IValue.from(rate);
                IValue keeping = IValue.from(Step.isHousekeeping(number))) {
            ops.run(
                    "dense_adam_step",
                    batch.rowsArgument,
                    batch.freshArgument,
                    normalizer.inputShift,
                    normalizer.inputScale,
                    normalizer.outputShift,
                    normalizer.outputScale,
                    sums,
                    batch.gradientArgument,
                    blockGradient,
                    weights,
                    first,
                    second,
                    steps,
                    learningRate,
                    beta1,
                    beta2,
                    epsilon,
                    decay,
                    keeping);
        }
    }

    @Override
    public List<NDArray> stateTensors() {
        return state.tensors();
    }

    @Override
    public void close() {
        for (IValue argument :
                List.of(
                        sums,
                        blockGradient,
                        weights,
                        first,
                        second,
                        steps,
                        beta1,
                        beta2,
                        epsilon,
                        decay)) {
            argument.close();
        }
    }
}
