package io.penstock.surrogate;

import ai.djl.nn.Block;
import io.penstock.setting.Check;
import java.util.Objects;

/**
 * U-Net (arXiv 1505.04597) over a grid of one or two axes, as in PDEBench (arXiv 2210.07182):
 * convolutions 3 cells wide on ever coarser grids, then on ever finer ones, which are also given
 * what was found on the way down.
 *
 * @param width channels on the finest grid; twice as many on each coarser one
 * @param levels times that the grid is halved
 * @param padding what lies beyond the ends of an axis
 */
public record UNetSpec(int width, int levels, Padding padding) implements Architecture {
    static final String KIND = "U_NET";
    private static final int MAX_AXES = 2;

    /** What a convolution finds beyond the ends of an axis. */
    public enum Padding {
        /** The cells at its other end. */
        PERIODIC,
        /** Zeros. */
        ZERO
    }

    public UNetSpec {
        Check.within(1, 4096, "width", width);
        Check.within(1, 10, "levels", levels);
        Objects.requireNonNull(padding, "padding is null");
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String sizes() {
        return width + " channels, " + levels + " levels, " + padding;
    }

    @Override
    public void check(NetworkShape shape) {
        shape.checkGrid(KIND, MAX_AXES);
        int axes = shape.grid().size();
        Check.that(
                shape.grid().stream().allMatch(extent -> extent % (1 << levels) == 0),
                "levels",
                levels,
                "levels that halve every extent of "
                        + shape.grid()
                        + " so often without a remainder");
        long largest =
                Math.max(
                        channels(levels) * channels(levels) * UNet.patch(axes),
                        width
                                * Math.max(
                                        given(0, shape) * UNet.patch(axes),
                                        shape.outputChannels()));
        Check.that(
                largest * Float.BYTES <= MAX_TENSOR_BYTES,
                "width",
                width,
                "channels with which every layer has below 2 GiB of weights; the largest has "
                        + largest
                        + " weights");
    }

    /** Channels on a grid halved {@code level} times. */
    long channels(int level) {
        return (long) width << level;
    }

    /** Channels given on the finest grid; coordinates when no field tells places apart. */
    GridChannels given(NetworkShape shape) {
        return new GridChannels(shape, shape.inputChannels() == 0);
    }

    /** Channels that the first convolution on such a grid is given on the way down. */
    long given(int level, NetworkShape shape) {
        return level == 0 ? given(shape).count() : channels(level - 1);
    }

    @Override
    public long weights(NetworkShape shape) {
        int axes = shape.grid().size();
        long weights = (width + 1L) * shape.outputChannels();
        for (int level = 0; level <= levels; level++) {
            long channels = channels(level);
            weights += twice(channels, given(level, shape), axes);
            if (level < levels) {
                weights += (2 * channels + 1) * channels * UNet.children(axes);
                weights += twice(channels, 2 * channels, axes);
            }
        }
        return weights;
    }

    private static long twice(long channels, long given, int axes) {
        return ((given + channels) * UNet.patch(axes) + 2) * channels;
    }

    @Override
    public Block block(NetworkShape shape) {
        return new UNet(this, shape);
    }
}
