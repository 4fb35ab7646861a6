package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import io.penstock.surrogate.Surrogate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stochastic gradient descent without momentum, with weight decay and gradient-norm clipping, all
 * weights in one call. It has no state.
 *
 * <p>{@code w ← w - rate · (g + decay·w)}
 */
final class PlainSgd implements Optimiser {
    private final TrainingOps ops;
    private final List<NDArray> weights;
    private final IValue weightsArgument;
    private final IValue sums;
    private final IValue decay;
    private final IValue clip;
    private @Nullable IValue gradients;

    /**
     * @param sums float64 tensor whose element 2 receives the gradient's norm
     */
    PlainSgd(TrainingOps ops, Surrogate surrogate, OptimiserSpec spec, NDArray sums) {
        this.ops = ops;
        this.weights = surrogate.weights().stream().map(Surrogate.NamedWeight::values).toList();
        this.weightsArgument = TrainingOps.argument(weights);
        this.sums = TrainingOps.argument(sums);
        this.decay = IValue.from(spec.weightDecay());
        this.clip = IValue.from(spec.clipNorm());
    }

    @Override
    public void step(double rate, long number) {
        if (gradients == null) {
            // They exist only after the first backward pass; later ones add into them.
            gradients = TrainingOps.argument(weights.stream().map(NDArray::getGradient).toList());
        }
        try (IValue learningRate = IValue.from(rate);
                IValue keeping = IValue.from(Step.isHousekeeping(number))) {
            ops.run("sgd", weightsArgument, gradients, sums, learningRate, decay, clip, keeping);
        }
    }

    @Override
    public List<NDArray> stateTensors() {
        return List.of();
    }

    @Override
    public void close() {
        weightsArgument.close();
        sums.close();
        decay.close();
        clip.close();
        if (gradients != null) {
            gradients.close();
        }
    }
}
