package io.penstock.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.penstock.surrogate.UNetSpec.Padding;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The network of a {@link UNetSpec}: on each grid two convolutions with GELU; a mean of 2 cells
 * along each axis from a grid to the next coarser, a transposed convolution 2 cells wide with
 * stride 2 back to the finer. Without normalisation, with which it learnt more slowly. The grid
 * comes last: [k, channels, cells…].
 */
final class UNet extends NetworkBlock {
    private static final int PATCH = 3;

    private final NetworkShape shape;
    private final Padding padding;
    private final GridChannels given;
    private final List<Twice> down = new ArrayList<>();
    private final List<Layer> up = new ArrayList<>();
    private final List<Twice> merge = new ArrayList<>();
    private final Layer last;

    /** Two convolutions, one after the other. */
    private record Twice(Layer first, Layer second) {}

    UNet(UNetSpec spec, NetworkShape shape) {
        super(shape);
        this.shape = shape;
        this.padding = spec.padding();
        this.given = spec.given(shape);
        for (int level = 0; level <= spec.levels(); level++) {
            long channels = spec.channels(level);
            down.add(twice("down" + level, channels, spec.given(level, shape)));
        }
        for (int level = 0; level < spec.levels(); level++) {
            long channels = spec.channels(level);
            up.add(layer("up" + level, perAxis(channels * children(axes()), 2 * channels, 1)));
            merge.add(twice("merge" + level, channels, 2 * channels));
        }
        this.last = layer("last", perAxis(shape.outputChannels(), spec.width(), 1));
    }

    private Twice twice(String name, long channels, long given) {
        return new Twice(
                layer(name + "_1", perAxis(channels, given, PATCH)),
                layer(name + "_2", perAxis(channels, channels, PATCH)));
    }

    private int axes() {
        return shape.grid().size();
    }

    /** Cells that a convolution sees. */
    static long patch(int axes) {
        return axes == 1 ? PATCH : PATCH * PATCH;
    }

    /** Cells of a grid for each of the next coarser. */
    static long children(int axes) {
        return 1L << axes;
    }

    /** Extents of which those of the grid's axes are all the same. */
    private long[] perAxis(long first, long second, long extent) {
        long[] extents = new long[2 + axes()];
        Arrays.fill(extents, extent);
        extents[0] = first;
        extents[1] = second;
        return extents;
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        super.initialize(manager, dataType, inputShapes);
        given.initialize(manager);
    }

    @Override
    NDArray predict(NDList inputs) {
        NDArray x = given.of(inputs);
        x = x.reshape(finest(x.getShape().get(0)));
        Deque<NDArray> finer = new ArrayDeque<>();
        int levels = up.size();
        for (int level = 0; level < levels; level++) {
            x = convolved(down.get(level), x);
            finer.push(x);
            x = coarser(x);
        }
        x = convolved(down.get(levels), x);
        for (int level = levels - 1; level >= 0; level--) {
            x = finer.pop().concat(finer(up.get(level), x), 1);
            x = convolved(merge.get(level), x);
        }
        return last.convolution(x, 1, 0).flatten(1, -1);
    }

    private Shape finest(long samples) {
        Shape extents = new Shape(samples, given.count());
        for (int extent : shape.grid()) {
            extents = extents.add(extent);
        }
        return extents;
    }

    private NDArray convolved(Twice layers, NDArray x) {
        return convolved(layers.second, convolved(layers.first, x));
    }

    private NDArray convolved(Layer layer, NDArray x) {
        NDArray sums =
                padding == Padding.ZERO
                        ? layer.convolution(x, 1, PATCH / 2)
                        : layer.convolution(ring(x), 1, 0);
        return Activation.gelu(sums);
    }

    /** A cell more at both ends of each axis: the one at the other end. */
    private NDArray ring(NDArray x) {
        NDArray ring = x;
        for (int axis = 2; axis < 2 + axes(); axis++) {
            long cells = x.getShape().get(axis);
            // Parts, since the gradient of a slice is as large as the whole.
            long[] cuts =
                    LongStream.of(1, cells - 1)
                            .filter(cut -> cut > 0 && cut < cells)
                            .distinct()
                            .toArray();
            NDList parts = ring.split(cuts, axis);
            NDArray end = parts.get(parts.size() - 1);
            parts.add(parts.get(0));
            ring = end.getNDArrayInternal().concat(parts, axis);
        }
        return ring;
    }

    private NDArray coarser(NDArray x) {
        Shape two = axes() == 1 ? new Shape(2) : new Shape(2, 2);
        Shape none = axes() == 1 ? new Shape(0) : new Shape(0, 0);
        return x.getNDArrayInternal().avgPool(two, two, none, false, true);
    }

    /**
     * A transposed convolution as wide as its stride: no two cells add to the same finer one, so a
     * convolution 1 cell wide makes the values of them all, which then take their places.
     */
    private NDArray finer(Layer layer, NDArray x) {
        NDArray y = layer.convolution(x, 1, 0);
        Shape coarse = x.getShape();
        long samples = coarse.get(0);
        if (axes() == 1) {
            return y.reshape(samples, -1, 2, coarse.get(2))
                    .transpose(0, 1, 3, 2)
                    .reshape(samples, -1, 2 * coarse.get(2));
        }
        return y.reshape(samples, -1, 2, 2, coarse.get(2), coarse.get(3))
                .transpose(0, 1, 4, 2, 5, 3)
                .reshape(samples, -1, 2 * coarse.get(2), 2 * coarse.get(3));
    }
}
