package io.penstock.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is given, cell by cell: scalars [k, scalars] and fields [k, inputChannels, grid…] → [k,
 * cells, channels], the channels being the scalars (the same at each cell), the fields, and the
 * coordinates of the cell, 0 to 1 along each axis.
 */
final class GridChannels extends AbstractBlock {
    private final NetworkShape shape;
    private final List<NDArray> coordinates = new ArrayList<>();

    GridChannels(NetworkShape shape) {
        this.shape = shape;
    }

    /** Channels that there are for a network of this shape. */
    static int channels(NetworkShape shape) {
        return shape.scalars() + shape.inputChannels() + shape.grid().size();
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        coordinates.add(
                manager.create(
                        coordinates(shape.grid()),
                        new Shape(1, shape.cells(), shape.grid().size())));
    }

    private static float[] coordinates(List<Integer> grid) {
        int cells = grid.stream().reduce(1, Math::multiplyExact);
        float[] coordinates = new float[cells * grid.size()];
        for (int cell = 0; cell < cells; cell++) {
            int rest = cell;
            for (int axis = grid.size() - 1; axis >= 0; axis--) {
                int extent = grid.get(axis);
                coordinates[cell * grid.size() + axis] = (float) (rest % extent) / (extent - 1);
                rest /= extent;
            }
        }
        return coordinates;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        NDArray scalars = inputs.get(0);
        long k = scalars.getShape().get(0);
        NDList channels = new NDList();
        channels.add(scalars.expandDims(1).broadcast(k, shape.cells(), shape.scalars()));
        if (shape.inputChannels() > 0) {
            NDArray fields = inputs.get(1).reshape(k, shape.inputChannels(), shape.cells());
            channels.add(fields.transpose(0, 2, 1));
        }
        NDArray places = coordinates.get(0).broadcast(k, shape.cells(), shape.grid().size());
        // It belongs to the manager of the coordinates, which outlives the step.
        places.attach(scalars.getManager());
        channels.add(places);
        return new NDList(NDArrays.concat(channels, 2));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), shape.cells(), channels(shape))};
    }
}
