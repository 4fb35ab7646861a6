package io.penstock.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;

/** The network of a {@link FnoSpec}. Channels come last, [k, cells, channels], in its layers. */
final class Fno extends NetworkBlock {
    private final GridChannels given;
    private final SpectralConvolution convolution;
    private final Layer lift;
    private final List<FourierLayer> layers = new ArrayList<>();
    private final Layer project1;
    private final Layer project2;

    /** A convolution and a linear map of each cell, which are added. */
    private record FourierLayer(Parameter modes, Layer cell) {}

    Fno(FnoSpec spec, NetworkShape shape) {
        super(shape);
        int width = spec.width();
        this.given = spec.given(shape);
        this.convolution = new SpectralConvolution(width, shape.grid(), spec.modes());
        this.lift = layer("lift", width, given.count());
        for (int i = 0; i < spec.layers(); i++) {
            layers.add(
                    new FourierLayer(
                            weight("modes" + i + "_weight", convolution.weightShape()),
                            layer("cell" + i, width, width)));
        }
        this.project1 = layer("project_1", spec.projection(), width);
        this.project2 = layer("project_2", shape.outputChannels(), spec.projection());
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        super.initialize(manager, dataType, inputShapes);
        given.initialize(manager);
        convolution.initialize(manager);
    }

    @Override
    NDArray predict(NDList inputs) {
        NDArray x = lift.linear(given.of(inputs).transpose(0, 2, 1));
        for (int i = 0; i < layers.size(); i++) {
            FourierLayer layer = layers.get(i);
            NDArray sum = convolution.of(x, layer.modes.getArray()).add(layer.cell.linear(x));
            x = i == layers.size() - 1 ? sum : Activation.gelu(sum);
        }
        NDArray y = project2.linear(Activation.gelu(project1.linear(x)));
        return y.transpose(0, 2, 1).flatten(1, -1);
    }
}
