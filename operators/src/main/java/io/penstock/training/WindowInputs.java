package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.penstock.sample.SampleForm;
import io.penstock.surrogate.NetworkShape;

/**
 * What a surrogate of the auto-regressive form is given, normalised.
 *
 * @param scalars parameters and the time of the last given step [k, n_in]
 * @param given fields of the given steps [k, channels, grid…]
 * @param pace what the scalars change by when the surrogate goes on by a bundle [k, n_in]
 */
record WindowInputs(NDArray scalars, NDArray given, NDArray pace) {
    /**
     * Takes the rows of a batch of windows apart, and puts the fields to predict into the batch's
     * targets.
     *
     * @param scope owns what is made
     */
    static WindowInputs of(
            NDManager scope,
            Staging.View batch,
            NormalizerTensors normalizer,
            NetworkShape network,
            SampleForm form) {
        // Results belong to the manager of their operand: the step's, which frees them.
        batch.rows.tempAttach(scope);
        long n = batch.rows.getShape().get(0);
        int bundle = form.bundle();
        NDArray steps = batch.rows.reshape(n, form.windowSteps(), -1);
        int inputs = network.scalars();
        fields(steps, bundle, 2 * bundle, inputs).copyTo(batch.targets);
        NDArray given = normalizer.outputs(fields(steps, 0, bundle, inputs));
        NDArray scalars = normalizer.inputs(scalars(steps, bundle - 1, inputs));
        NDArray last = normalizer.inputs(scalars(steps, 2 * bundle - 1, inputs));
        return new WindowInputs(
                scalars, given.reshape(shape(n, network)), last.sub(scalars).div(batch.gap));
    }

    private static Shape shape(long n, NetworkShape network) {
        Shape shape = new Shape(n, network.inputChannels());
        for (int extent : network.grid()) {
            shape = shape.add(extent);
        }
        return shape;
    }

    /** The fields of some steps in a row [k, steps × n_out]. */
    private static NDArray fields(NDArray steps, int from, int to, int inputs) {
        long row = steps.getShape().get(2);
        NDIndex index = new NDIndex().addAllDim().addSliceDim(from, to).addSliceDim(inputs, row);
        return steps.get(index).reshape(steps.getShape().get(0), (to - from) * (row - inputs));
    }

    private static NDArray scalars(NDArray steps, int step, int inputs) {
        NDIndex index =
                new NDIndex().addAllDim().addSliceDim(step, step + 1).addSliceDim(0, inputs);
        return steps.get(index).reshape(steps.getShape().get(0), inputs);
    }

    /** As arguments of the network. */
    NDList list() {
        return new NDList(scalars, given);
    }

    /** The inputs a bundle later, where the fields are those predicted. */
    WindowInputs after(NDArray predicted) {
        return new WindowInputs(scalars.add(pace), predicted.reshape(given.getShape()), pace);
    }
}
