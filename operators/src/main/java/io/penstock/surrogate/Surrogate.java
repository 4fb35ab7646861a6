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
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * A model that maps normalised inputs [k, inputs] to normalised outputs [k, outputs], with its
 * weights. Not thread-safe; used by one thread.
 */
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
     * Builds the model with random weights.
     *
     * @param spec its architecture
     * @param inputs number of inputs
     * @param outputs number of outputs
     * @param device where it lives
     * @param random source of the initial weights
     */
    public static Surrogate create(
            SurrogateSpec spec,
            int inputs,
            int outputs,
            Device device,
            UniformRandomProvider random) {
        NDManager manager = NDManager.newBaseManager(device, "PyTorch");
        manager.setName("surrogate");
        Block block =
                switch (spec.architecture()) {
                    case MLP -> Mlp.block(spec.hidden(), outputs);
                };
        block.setInitializer(new FanInUniform(random), parameter -> true);
        block.initialize(manager, DataType.FLOAT32, new Shape(1, inputs));
        return new Surrogate(manager, block);
    }

    /** The weights in the order of the layers; live tensors. */
    public List<NamedWeight> weights() {
        return weights;
    }

    /** Number of weights, all tensors together. */
    public long size() {
        return weights.stream().mapToLong(w -> w.values().size()).sum();
    }

    /** Memory manager of the weights; base for whatever lives as long as they do. */
    public NDManager manager() {
        return manager;
    }

    /**
     * Normalised outputs [k, outputs] of normalised inputs [k, inputs]; the result belongs to the
     * manager of {@code inputs}. A graph is recorded when the thread's gradient mode is on.
     */
    public NDArray forward(NDArray inputs, boolean training) {
        return block.forward(store, new NDList(inputs), training).singletonOrThrow();
    }

    @Override
    public void close() {
        manager.close();
    }
}
