package io.penstock.surrogate;

import ai.djl.nn.Block;
import io.penstock.setting.Check;

/**
 * Deep fully connected surrogate: everything given in a row → linear to the width → layers x + α ·
 * relu(W x + b), each with a number α of its own that begins at 0 (ReZero, arXiv 2003.04887) →
 * linear to the outputs.
 *
 * @param width units of each layer
 * @param layers residual layers
 */
public record ResidualMlpSpec(int width, int layers) implements Architecture {
    static final String KIND = "RESIDUAL_MLP";

    public ResidualMlpSpec {
        Check.within(1, 1 << 20, "width", width);
        Check.within(1, 1024, "layers", layers);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String sizes() {
        return "width " + width + ", layers " + layers;
    }

    @Override
    public void check(NetworkShape shape) {
        long inputs = shape.scalars() + (long) shape.inputs();
        long largest = Math.max(width, Math.max(inputs, shape.outputs()));
        Check.that(
                largest * width * Float.BYTES <= MAX_TENSOR_BYTES,
                "width",
                width,
                "a width whose weights are below 2 GiB a layer; "
                        + largest
                        + " × "
                        + width
                        + " are not");
    }

    @Override
    public long weights(NetworkShape shape) {
        long inputs = shape.scalars() + (long) shape.inputs();
        long layer = (width + 1L) * width + 1;
        return (inputs + 1) * width + layers * layer + (width + 1L) * shape.outputs();
    }

    @Override
    public Block block(NetworkShape shape) {
        return new ResidualMlp(this, shape);
    }
}
