package io.penstock.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;

/** The network of a {@link ResidualMlpSpec}. */
final class ResidualMlp extends NetworkBlock {
    private final Layer first;
    private final List<Residual> residuals = new ArrayList<>();
    private final Layer last;

    private record Residual(Layer layer, Parameter alpha) {}

    ResidualMlp(ResidualMlpSpec spec, NetworkShape shape) {
        super(shape);
        long inputs = shape.scalars() + (long) shape.inputs();
        this.first = layer("first", spec.width(), inputs);
        for (int i = 0; i < spec.layers(); i++) {
            Layer layer = layer("residual" + i, spec.width(), spec.width());
            residuals.add(new Residual(layer, zero("residual" + i + "_alpha")));
        }
        this.last = layer("last", shape.outputs(), spec.width());
    }

    /** A number that begins at 0. */
    private Parameter zero(String name) {
        return addParameter(
                Parameter.builder()
                        .setName(name)
                        .setType(Parameter.Type.OTHER)
                        .optShape(new Shape(1))
                        .optInitializer(Initializer.ZEROS)
                        .build());
    }

    @Override
    NDArray predict(NDList inputs) {
        NDArray x = first.linear(MlpSpec.inARow(inputs).singletonOrThrow());
        for (Residual residual : residuals) {
            NDArray change = Activation.relu(residual.layer.linear(x));
            x = x.add(change.mul(residual.alpha.getArray()));
        }
        return last.linear(x);
    }
}
