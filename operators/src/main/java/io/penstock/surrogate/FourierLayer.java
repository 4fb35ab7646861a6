package io.penstock.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/** x [k, cells, width] → convolution of x + W x + b → GELU, unless it is the last layer. */
final class FourierLayer extends AbstractBlock {
    private final SpectralConvolution convolution;
    private final Linear pointwise;
    private final boolean isLast;

    FourierLayer(SpectralConvolution convolution, int width, boolean isLast) {
        this.convolution = addChildBlock("Spectral", convolution);
        this.pointwise = addChildBlock("Linear", Linear.builder().setUnits(width).build());
        this.isLast = isLast;
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        convolution.initialize(manager, dataType, inputShapes);
        pointwise.initialize(manager, dataType, inputShapes);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        NDArray wide = convolution.forward(store, inputs, training).singletonOrThrow();
        NDArray local = pointwise.forward(store, inputs, training).singletonOrThrow();
        NDArray sum = wide.add(local);
        return new NDList(isLast ? sum : Activation.gelu(sum));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return inputShapes;
    }
}
