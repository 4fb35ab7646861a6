package io.penstock.surrogate;

import ai.djl.nn.Block;
import io.penstock.setting.Check;

/**
 * Fourier neural operator (arXiv 2010.08895) on a grid of one or two axes: the scalars, the fields
 * and the coordinates of each cell → linear to the width → layers of a convolution given by its
 * lowest Fourier modes plus a linear map of each cell, with GELU between them → linear to twice the
 * width → GELU → linear to the output channels, the linear maps cell by cell. The convolutions take
 * the domain as periodic; the coordinates let the network know where it ends.
 *
 * @param width channels of each layer
 * @param layers layers with a convolution
 * @param modes lowest modes kept of each axis: wave numbers below this
 */
public record FnoSpec(int width, int layers, int modes) implements Architecture {
    static final String KIND = "FNO";
    private static final int MAX_AXES = 2;

    public FnoSpec {
        Check.within(1, 1 << 14, "width", width);
        Check.within(1, 1024, "layers", layers);
        Check.within(1, 1 << 20, "modes", modes);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String sizes() {
        return "width " + width + ", layers " + layers + ", modes " + modes;
    }

    @Override
    public void check(NetworkShape shape) {
        shape.checkGrid(KIND, MAX_AXES);
        // Of the largest matrix of SpectralConvolution, for each mode and cell of the axis.
        long numbers = shape.grid().size() == 1 ? 4 : 16;
        for (int extent : shape.grid()) {
            Check.that(
                    2L * modes <= extent,
                    "modes",
                    modes,
                    "at most half of each extent of the grid " + shape.grid());
            Check.that(
                    numbers * modes * extent * Float.BYTES <= MAX_TENSOR_BYTES,
                    "modes",
                    modes,
                    "modes whose Fourier transform is a matrix below 2 GiB");
        }
        Check.that(
                spectralWeights(shape) * Float.BYTES <= MAX_TENSOR_BYTES,
                "width",
                width,
                "a width whose weights are below 2 GiB a layer; "
                        + modes(shape)
                        + " modes × 2 × "
                        + width
                        + " × "
                        + width
                        + " are not");
    }

    /** Modes that have weights: of all axes but the last, wave numbers of both signs. */
    private long modes(NetworkShape shape) {
        return shape.grid().size() == 1 ? modes : 2L * modes * modes;
    }

    GridChannels given(NetworkShape shape) {
        return new GridChannels(shape, true);
    }

    /** Channels between the last two linear maps. */
    int projection() {
        return 2 * width;
    }

    private long spectralWeights(NetworkShape shape) {
        return modes(shape) * 2 * width * width;
    }

    @Override
    public long weights(NetworkShape shape) {
        long layer = spectralWeights(shape) + (width + 1L) * width;
        return (given(shape).count() + 1L) * width
                + layers * layer
                + (width + 1L) * projection()
                + (projection() + 1L) * shape.outputChannels();
    }

    @Override
    public Block block(NetworkShape shape) {
        return new Fno(this, shape);
    }
}
