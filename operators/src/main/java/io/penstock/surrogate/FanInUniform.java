package io.penstock.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Weights and biases uniform in ±1/√(fan in), as PyTorch initialises a linear layer, from a
 * generator of ours: torch's own is shared by the whole process, so two shards would race for it.
 *
 * <p>A bias [m] follows its weight [m, n] and uses that weight's fan in.
 */
final class FanInUniform implements Initializer {
    private final UniformRandomProvider random;
    private long fanIn = 1;

    FanInUniform(UniformRandomProvider random) {
        this.random = random;
    }

    @Override
    public NDArray initialize(NDManager manager, Shape shape, DataType dataType) {
        if (shape.dimension() > 1) {
            fanIn = shape.size() / shape.get(0);
        }
        double bound = 1 / Math.sqrt(fanIn);
        ByteBuffer values =
                ByteBuffer.allocateDirect(Math.toIntExact(shape.size() * Float.BYTES))
                        .order(ByteOrder.nativeOrder());
        while (values.hasRemaining()) {
            values.putFloat((float) (bound * (2 * random.nextDouble() - 1)));
        }
        values.rewind();
        // A tensor of its own memory: the one made from the buffer would alias it.
        try (NDArray aliased = manager.create(values, shape, DataType.FLOAT32)) {
            return aliased.duplicate();
        }
    }
}
