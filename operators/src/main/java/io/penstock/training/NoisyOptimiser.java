package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.penstock.surrogate.Surrogate;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * An optimiser that adds Gaussian noise to the gradients first, before they are clipped (arXiv
 * 1511.06807): {@code g ← g + N(0, η / (1 + t)^γ)}, independently for each weight. The norm that is
 * measured includes it.
 *
 * <p>The noise comes from a generator of ours, in the order of the weights, so that the generator's
 * state decides all that follows.
 */
final class NoisyOptimiser implements Optimiser {
    private final Optimiser optimiser;
    private final ContinualSpec spec;
    private final List<NDArray> weights;
    private final ContinuousSampler gaussian;
    private final FloatBuffer values;
    private final NDArray noise;
    private List<Piece> pieces = List.of();

    private record Piece(NDArray gradient, NDArray noise) {}

    /**
     * @param optimiser moves the weights along the noisy gradients
     * @param random where the noise comes from
     */
    NoisyOptimiser(
            Optimiser optimiser,
            Surrogate surrogate,
            ContinualSpec spec,
            UniformRandomProvider random) {
        this.optimiser = optimiser;
        this.spec = spec;
        this.weights = surrogate.weights().stream().map(Surrogate.NamedWeight::values).toList();
        this.gaussian = ZigguratSampler.NormalizedGaussian.of(random);
        ByteBuffer memory =
                ByteBuffer.allocateDirect(Pieces.FLOATS * Float.BYTES)
                        .order(ByteOrder.nativeOrder());
        this.values = memory.asFloatBuffer();
        NDManager manager = surrogate.manager();
        // On the CPU the tensor is the buffer.
        this.noise = manager.create(memory, new Shape(Pieces.FLOATS), DataType.FLOAT32);
    }

    @Override
    public void step(double rate, long number) {
        if (pieces.isEmpty()) {
            // The gradients exist only after the first backward pass; later ones add into them.
            pieces = pieces();
        }
        double deviation = spec.noiseDeviation(number);
        for (Piece piece : pieces) {
            int n = (int) piece.noise.size();
            for (int i = 0; i < n; i++) {
                values.put(i, (float) (deviation * gaussian.sample()));
            }
            piece.gradient.addi(piece.noise);
        }
        optimiser.step(rate, number);
    }

    private List<Piece> pieces() {
        List<Piece> list = new ArrayList<>();
        for (NDArray gradient : Pieces.of(weights.stream().map(NDArray::getGradient).toList())) {
            long n = gradient.size();
            list.add(new Piece(gradient, n == Pieces.FLOATS ? noise : noise.get("0:" + n)));
        }
        return list;
    }

    @Override
    public List<NDArray> stateTensors() {
        return optimiser.stateTensors();
    }

    @Override
    public void close() {
        optimiser.close();
    }
}
