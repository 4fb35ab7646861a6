package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import io.penstock.surrogate.Surrogate;
import java.util.List;

/**
 * Adam (arXiv 1412.6980) with weight decay and gradient-norm clipping, all weights in one fused
 * call. Its state is the first moments, the second moments and the step counters, each in the order
 * of the weights.
 *
 * <p>{@code g ← g + decay·w; m ← β1 m + (1-β1) g; v ← β2 v + (1-β2) g²; w ← w - rate · (m/(1-β1ᵗ))
 * / (√(v/(1-β2ᵗ)) + ε)}
 */
final class ResumableAdam implements Optimiser {
    private final TrainingOps ops;
    private final List<NDArray> weights;
    private final AdamState state;
    private final IValue[] arguments = new IValue[13];

    /**
     * @param sums float64 tensor whose element 2 receives the gradient's norm
     */
    ResumableAdam(TrainingOps ops, Surrogate surrogate, OptimiserSpec spec, NDArray sums) {
        this.ops = ops;
        this.state = AdamState.zero(surrogate);
        this.weights = surrogate.weights().stream().map(Surrogate.NamedWeight::values).toList();
        arguments[0] = TrainingOps.argument(weights);
        arguments[2] = TrainingOps.argument(state.first());
        arguments[3] = TrainingOps.argument(state.second());
        arguments[4] = TrainingOps.argument(state.steps());
        arguments[5] = TrainingOps.argument(sums);
        arguments[7] = IValue.from(spec.beta1());
        arguments[8] = IValue.from(spec.beta2());
        arguments[9] = IValue.from(spec.epsilon());
        arguments[10] = IValue.from(spec.weightDecay());
        arguments[11] = IValue.from(spec.clipNorm());
    }

    @Override
    public void step(double rate, long number) {
        if (arguments[1] == null) {
            // The gradients exist only after the first backward pass; later ones add into them.
            List<NDArray> gradients = weights.stream().map(NDArray::getGradient).toList();
            arguments[1] = TrainingOps.argument(gradients);
        }
        try (IValue learningRate = IValue.from(rate);
                IValue keeping = IValue.from(Step.isHousekeeping(number))) {
            arguments[6] = learningRate;
            arguments[12] = keeping;
            ops.run("adam", arguments);
        }
    }

    @Override
    public List<NDArray> stateTensors() {
        return state.tensors();
    }

    @Override
    public void close() {
        for (int i = 0; i < arguments.length; i++) {
            if (i != 6 && i != 12 && arguments[i] != null) {
                arguments[i].close();
            }
        }
    }
}
