package io.penstock.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * A network as one block that knows the shapes of its weights when it is made. They live on one
 * device and are used where they are.
 */
abstract class NetworkBlock extends AbstractBlock {
    private final int outputs;

    NetworkBlock(NetworkShape shape) {
        this.outputs = shape.outputs();
    }

    /** A new layer; its weights are named after it. */
    final Layer layer(String name, long... weightShape) {
        return new Layer(
                weight(name + "_weight", weightShape),
                parameter(name + "_bias", Parameter.Type.BIAS, weightShape[0]));
    }

    /** New weights that go without biases. */
    final Parameter weight(String name, long... shape) {
        return parameter(name, Parameter.Type.WEIGHT, shape);
    }

    private Parameter parameter(String name, Parameter.Type type, long... shape) {
        return addParameter(
                Parameter.builder().setName(name).setType(type).optShape(new Shape(shape)).build());
    }

    /** Outputs [k, outputs] of inputs as a {@link NetworkShape} says; they own the results. */
    abstract NDArray predict(NDList inputs);

    @Override
    protected final NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> parameters) {
        return new NDList(predict(inputs));
    }

    @Override
    public final Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), outputs)};
    }
}
