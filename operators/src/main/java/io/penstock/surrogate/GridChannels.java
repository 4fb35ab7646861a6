package io.penstock.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * What is given, cell by cell: scalars [k, scalars] and fields [k, inputChannels, grid…] → [k,
 * channels, cells], the channels being the scalars (the same at each cell), the fields, and the
 * coordinates of the cell, 0 to 1 along each axis, if wanted.
 */
final class GridChannels {
    private final NetworkShape shape;
    private final boolean hasCoordinates;

    /** Once initialised, and if wanted: [1, axes, cells]. */
    private final NDList coordinates = new NDList();

    GridChannels(NetworkShape shape, boolean hasCoordinates) {
        this.shape = shape;
        this.hasCoordinates = hasCoordinates;
    }

    /** Number of channels. */
    int count() {
        return shape.scalars() + shape.inputChannels() + (hasCoordinates ? shape.grid().size() : 0);
    }

    /** Makes the constants, which live as long as the manager. */
    void initialize(NDManager manager) {
        if (hasCoordinates) {
            Shape places = new Shape(1, shape.grid().size(), shape.cells());
            coordinates.add(manager.create(coordinates(shape.grid(), shape.cells()), places));
        }
    }

    private static float[] coordinates(List<Integer> grid, int cells) {
        float[] coordinates = new float[grid.size() * cells];
        for (int cell = 0; cell < cells; cell++) {
            int rest = cell;
            for (int axis = grid.size() - 1; axis >= 0; axis--) {
                int extent = grid.get(axis);
                coordinates[axis * cells + cell] = (float) (rest % extent) / (extent - 1);
                rest /= extent;
            }
        }
        return coordinates;
    }

    /** The channels of inputs as a {@link NetworkShape} says. */
    NDArray of(NDList inputs) {
        NDArray scalars = inputs.get(0);
        long k = scalars.getShape().get(0);
        NDList others = new NDList();
        if (shape.inputChannels() > 0) {
            others.add(inputs.get(1).reshape(k, shape.inputChannels(), shape.cells()));
        }
        for (NDArray coordinate : coordinates) {
            NDArray ofEach = coordinate.broadcast(k, shape.grid().size(), shape.cells());
            // Else it would belong to the manager of the constant, which lives on.
            ofEach.attach(scalars.getManager());
            others.add(ofEach);
        }
        return scalars.expandDims(2)
                .broadcast(k, shape.scalars(), shape.cells())
                .getNDArrayInternal()
                .concat(others, 1);
    }
}
