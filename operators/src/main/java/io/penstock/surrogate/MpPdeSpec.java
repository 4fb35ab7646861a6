package io.penstock.surrogate;

import ai.djl.nn.Block;
import io.penstock.setting.Check;

/**
 * Message-passing neural PDE solver (arXiv 2202.03376) on a ring: a periodic grid of one axis, each
 * cell a node that hears from the nodes near it. Auto-regressive, with any bundle.
 *
 * @param width features of a node
 * @param layers times that messages are passed
 * @param neighbours cells heard from on each side
 */
public record MpPdeSpec(int width, int layers, int neighbours) implements Architecture {
    static final String KIND = "MP_PDE";

    public MpPdeSpec {
        Check.within(1, 4096, "width", width);
        Check.within(1, 64, "layers", layers);
        Check.within(1, 64, "neighbours", neighbours);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String sizes() {
        return width + " features, " + layers + " layers, " + neighbours + " neighbours";
    }

    @Override
    public void check(NetworkShape shape) {
        Check.that(
                shape.inputChannels() > 0,
                "architecture",
                KIND,
                "one for the direct form; messages are about given fields");
        shape.checkGrid(KIND, 1);
        Check.that(
                2 * neighbours < shape.cells(),
                "neighbours",
                neighbours,
                "up to " + (shape.cells() - 1) / 2 + ", half of the other cells on the axis");
        Check.that(
                width >= MpPde.leastWidth(shape.steps()),
                "width",
                width,
                MpPde.leastWidth(shape.steps()) + " or above for a bundle of " + shape.steps());
        long largest = (long) width * MpPde.aboutAMessage(width, shape);
        Check.that(
                largest * Float.BYTES <= MAX_TENSOR_BYTES,
                "width",
                width,
                "features with which every layer has below 2 GiB of weights; the largest has "
                        + largest
                        + " weights");
    }

    @Override
    public long weights(NetworkShape shape) {
        long w = width;
        long encoder = (shape.inputChannels() + 1L + shape.scalars() + 1) * w + (w + 1) * w;
        long message = (MpPde.aboutAMessage(width, shape) + 1) * w + (w + 1) * w;
        long update = (2 * w + shape.scalars() + 1) * w + (w + 1) * w;
        long fields = MpPde.fields(shape);
        long decoder =
                (MpPde.firstKernel(width, shape.steps()) + 1) * MpPde.CHANNELS
                        + (MpPde.CHANNELS * MpPde.KERNEL + 1) * fields;
        return encoder + layers * (message + update) + decoder;
    }

    @Override
    public Block block(NetworkShape shape) {
        return new MpPde(this, shape);
    }
}
