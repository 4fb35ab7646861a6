package io.penstock.surrogate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;

/** A network of a {@link NetworkShape} with its weights. Not thread-safe; used by one thread. */
public final class Surrogate implements AutoCloseable {
    private final NDManager manager;
    private final Block block;
    private final ParameterStore store;
    private final List<NamedWeight> weights;

    /**
     * A weight tensor of the surrogate.
     *
     * @param name its name, unique and stable for an architecture
     * @param values its values, float32
     */
    public record NamedWeight(String name, NDArray values) {}

    private Surrogate(NDManager manager, Block block) {
        this.manager = manager;
        this.block = block;
        this.store = new ParameterStore(manager, false);
        List<NamedWeight> list = new ArrayList<>();
        for (Pair<String, Parameter> parameter : block.getParameters()) {
            list.add(new NamedWeight(parameter.getKey(), parameter.getValue().getArray()));
        }
        this.weights = List.copyOf(list);
    }

    /**
     * Builds the model with random weights, or with those that its architecture brings.
     *
     * @param architecture its family and sizes
     * @param shape what it is given and gives
     * @param device where it lives
     * @param random source of the initial weights
     */
    public static Surrogate create(
            Architecture architecture,
            NetworkShape shape,
            Device device,
            UniformRandomProvider random) {
        return create(architecture, shape, device, new FanInUniform(random));
    }

    /**
     * Builds the model with weights of zero, or with those that its architecture brings, for
     * weights that are read into it.
     *
     * @param architecture its family and sizes
     * @param shape what it is given and gives
     * @param device where it lives
     */
    public static Surrogate blank(Architecture architecture, NetworkShape shape, Device device) {
        return create(architecture, shape, device, Initializer.ZEROS);
    }

    private static Surrogate create(
            Architecture architecture, NetworkShape shape, Device device, Initializer initializer) {
        NDManager manager = NDManager.newBaseManager(device, "PyTorch");
        manager.setName("surrogate");
        Block block = architecture.block(shape);
        block.setInitializer(initializer, Surrogate::isWeightOrBias);
        try {
            block.initialize(manager, DataType.FLOAT32, inputShapes(shape, 1));
            return new Surrogate(manager, block);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private static boolean isWeightOrBias(Parameter parameter) {
        return parameter.getType() == Parameter.Type.WEIGHT
                || parameter.getType() == Parameter.Type.BIAS;
    }

    /** Shapes of the inputs for some samples. */
    static Shape[] inputShapes(NetworkShape shape, int samples) {
        Shape scalars = new Shape(samples, shape.scalars());
        if (shape.inputChannels() == 0) {
            return new Shape[] {scalars};
        }
        long[] fields = new long[shape.grid().size() + 2];
        fields[0] = samples;
        fields[1] = shape.inputChannels();
        for (int axis = 0; axis < shape.grid().size(); axis++) {
            fields[axis + 2] = shape.grid().get(axis);
        }
        return new Shape[] {scalars, new Shape(fields)};
    }

    /** The weights in the order of the layers; live tensors. */
    public List<NamedWeight> weights() {
        return weights;
    }

    /** Number of weights, all tensors together. */
    public long size() {
        return weights.stream().mapToLong(w -> w.values().size()).sum();
    }

    /** The network. */
    Block block() {
        return block;
    }

    /** Memory manager of the weights; base for whatever lives as long as they do. */
    public NDManager manager() {
        return manager;
    }

    /**
     * Normalised outputs [k, outputs] of normalised inputs, see {@link NetworkShape}; the result
     * belongs to the manager of the inputs. A graph is recorded when the thread's gradient mode is
     * on.
     */
    public NDArray forward(NDList inputs, boolean training) {
        return block.forward(store, inputs, training).singletonOrThrow();
    }

    @Override
    public void close() {
        manager.close();
    }
}
