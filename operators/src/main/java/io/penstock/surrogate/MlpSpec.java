package io.penstock.surrogate;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.penstock.setting.Check;
import java.util.List;

/**
 * Fully connected surrogate: everything given in a row → hidden layers with ReLU → outputs, linear
 * at the end (the "direct" surrogate of arXiv 2309.16743).
 *
 * @param hidden units of each hidden layer
 */
public record MlpSpec(List<Integer> hidden) implements Architecture {
    static final String KIND = "MLP";

    public MlpSpec {
        hidden = List.copyOf(hidden);
        Check.that(
                hidden.stream().allMatch(units -> units >= 1 && units <= 1 << 20),
                "hidden",
                hidden,
                "units of each hidden layer, each 1 to " + (1 << 20));
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String sizes() {
        return hidden.toString();
    }

    @Override
    public void check(NetworkShape shape) {
        long inputs = shape.scalars() + shape.inputs();
        for (int i = 0; i <= hidden.size(); i++) {
            long units = i < hidden.size() ? hidden.get(i) : shape.outputs();
            Check.that(
                    inputs * units * Float.BYTES <= MAX_TENSOR_BYTES,
                    "hidden",
                    hidden,
                    "layers whose weights are below 2 GiB each; "
                            + inputs
                            + " × "
                            + units
                            + " are not");
            inputs = units;
        }
    }

    @Override
    public long weights(NetworkShape shape) {
        long weights = 0;
        long inputs = shape.scalars() + shape.inputs();
        for (int units : hidden) {
            weights += (inputs + 1) * units;
            inputs = units;
        }
        return weights + (inputs + 1) * shape.outputs();
    }

    @Override
    public Block block(NetworkShape shape) {
        SequentialBlock block = new SequentialBlock();
        if (shape.inputChannels() > 0) {
            block.add(new LambdaBlock(MlpSpec::inARow, "inARow"));
        }
        for (int units : hidden) {
            block.add(Linear.builder().setUnits(units).build());
            block.add(Activation.reluBlock());
        }
        return block.add(Linear.builder().setUnits(shape.outputs()).build());
    }

    /** Scalars and fields, if there are any, as one row of numbers a sample. */
    static NDList inARow(NDList inputs) {
        return inputs.size() == 1
                ? inputs
                : new NDList(inputs.get(0).concat(inputs.get(1).flatten(1, -1), 1));
    }
}
