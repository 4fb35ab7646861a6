package io.penstock.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * x [k, width] → x + α · relu(W x + b) with a trained number α that begins at 0, so that a network
 * of any depth begins as if it had none of these layers (ReZero, arXiv 2003.04887).
 */
final class ReZeroLayer extends AbstractBlock {
    private final Linear linear;
    private final Parameter alpha;

    ReZeroLayer(int width) {
        linear = addChildBlock("Linear", Linear.builder().setUnits(width).build());
        alpha =
                addParameter(
                        Parameter.builder()
                                .setName("alpha")
                                .setType(Parameter.Type.OTHER)
                                .optShape(new Shape(1))
                                .optInitializer(Initializer.ZEROS)
                                .build());
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        linear.initialize(manager, dataType, inputShapes);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        NDArray x = inputs.singletonOrThrow();
        NDArray change = Activation.relu(linear.forward(store, inputs, training)).get(0);
        return new NDList(x.add(change.mul(store.getValue(alpha, x.getDevice(), training))));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return inputShapes;
    }
}
