package io.penstock.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import java.util.Arrays;

/**
 * Weights [m, n, …] and biases [m] of a linear or convolutional layer.
 *
 * @param weight the weights
 * @param bias the biases
 */
record Layer(Parameter weight, Parameter bias) {
    /** {@code W x + b} along the last axis: […, n] → […, m]. */
    NDArray linear(NDArray x) {
        return Linear.linear(x, weight.getArray(), bias.getArray()).singletonOrThrow();
    }

    /**
     * Convolution of [k, n, cells…] over all axes of the grid.
     *
     * @param stride cells from one output to the next
     * @param padding cells of zeros at both ends of each axis
     */
    NDArray convolution(NDArray x, long stride, long padding) {
        int axes = x.getShape().dimension() - 2;
        return x.getNDArrayInternal()
                .convolution(
                        x,
                        weight.getArray(),
                        bias.getArray(),
                        same(axes, stride),
                        same(axes, padding),
                        same(axes, 1),
                        1)
                .singletonOrThrow();
    }

    private static Shape same(int axes, long extent) {
        long[] extents = new long[axes];
        Arrays.fill(extents, extent);
        return new Shape(extents);
    }
}
