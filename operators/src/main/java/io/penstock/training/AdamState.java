package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.penstock.surrogate.Surrogate;
import java.util.ArrayList;
import java.util.List;

/**
 * What Adam remembers of each weight tensor, in their order: tensors of ours, zero at first, that
 * the weights' manager owns.
 *
 * @param first running means of the gradients
 * @param second running means of their squares
 * @param steps numbers of steps, scalars
 */
record AdamState(List<NDArray> first, List<NDArray> second, List<NDArray> steps) {
    static AdamState zero(Surrogate surrogate) {
        NDManager manager = surrogate.manager();
        AdamState state = new AdamState(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (Surrogate.NamedWeight weight : surrogate.weights()) {
            state.first.add(manager.zeros(weight.values().getShape()));
            state.second.add(manager.zeros(weight.values().getShape()));
            state.steps.add(manager.zeros(new Shape()));
        }
        return state;
    }

    /** All of them: first moments, second moments, step counters. */
    List<NDArray> tensors() {
        List<NDArray> tensors = new ArrayList<>(first);
        tensors.addAll(second);
        tensors.addAll(steps);
        return tensors;
    }
}
