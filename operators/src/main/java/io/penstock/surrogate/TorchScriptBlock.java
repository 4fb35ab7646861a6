package io.penstock.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.penstock.setting.Check;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A TorchScript module as a network; its weights begin as they are in its archive. */
final class TorchScriptBlock extends AbstractBlock {
    private final TorchScriptArchive archive;
    private final int outputs;
    private @Nullable TorchScriptModule module;

    TorchScriptBlock(TorchScriptArchive archive, NetworkShape shape) {
        this.archive = archive;
        this.outputs = shape.outputs();
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        TorchScriptModule loaded = TorchScriptModule.load(manager, archive);
        for (NDArray weight : loaded.trained()) {
            addParameter(
                    Parameter.builder()
                            .setName(weight.getName())
                            .setType(Parameter.Type.OTHER)
                            .optArray(weight)
                            .build());
        }
        module = loaded;
        super.initialize(manager, dataType, inputShapes);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> parameters) {
        NDList results = module().forward(inputs, training);
        long samples = inputs.get(0).getShape().get(0);
        boolean isRight =
                results.size() == 1
                        && results.get(0).getDataType() == DataType.FLOAT32
                        && results.get(0).getShape().dimension() > 1
                        && results.get(0).getShape().get(0) == samples
                        && results.get(0).size() == samples * outputs;
        Check.that(
                isRight,
                TorchScriptSpec.MODULE,
                "a module whose forward gives " + describe(results),
                "one that gives "
                        + outputs
                        + " outputs a sample: a float32 tensor ("
                        + samples
                        + ", "
                        + outputs
                        + ") for "
                        + samples
                        + " samples, or of more axes");
        return new NDList(results.get(0).reshape(samples, outputs));
    }

    private static String describe(NDList results) {
        return results.size() == 1
                ? TorchScriptModule.describe(results.get(0))
                : results.size() + " tensors";
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), outputs)};
    }

    /** The module, with its weights as they are now. */
    TorchScriptModule module() {
        return Objects.requireNonNull(module, "the block is not initialised");
    }
}
