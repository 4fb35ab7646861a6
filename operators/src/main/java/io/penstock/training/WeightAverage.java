package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.penstock.surrogate.Surrogate;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;

/**
 * The running mean of a surrogate's weights, as weights of a second one: after the t-th step since
 * it began, t from 0, {@code ema ← dₜ ema + (1 - dₜ) w} with {@code dₜ = min(d, (1 + t) / (10 +
 * t))}, so that the first weights, which mean nothing, are soon forgotten.
 */
final class WeightAverage implements AutoCloseable {
    private final double decay;
    private final List<NDArray> weights;
    private final Surrogate averaged;
    private final List<NDArray> averages;
    private final List<NDArray> weightPieces;
    private final List<NDArray> averagePieces;
    private long steps;

    /**
     * @param decay d
     * @param of whose weights are averaged
     * @param averaged a surrogate of the same shape, whose weights the averages become; closed with
     *     this
     */
    WeightAverage(double decay, Surrogate of, Surrogate averaged) {
        this.decay = decay;
        this.weights = of.weights().stream().map(Surrogate.NamedWeight::values).toList();
        this.averaged = averaged;
        this.averages = averaged.weights().stream().map(Surrogate.NamedWeight::values).toList();
        this.weightPieces = Pieces.of(weights);
        this.averagePieces = Pieces.of(averages);
        begin();
    }

    /** Begins with the weights as they are now. */
    void begin() {
        WeightMean.copy(weights, averages);
        steps = 0;
    }

    /** Takes the weights in that a step has made. */
    void step() {
        double kept = Math.min(decay, (1.0 + steps) / (10.0 + steps));
        try (NDManager scope = averaged.manager().newSubManager()) {
            NDArray old = scope.create((float) kept);
            NDArray fresh = scope.create((float) (1 - kept));
            for (int i = 0; i < averagePieces.size(); i++) {
                try (NDArray part = weightPieces.get(i).mul(fresh)) {
                    averagePieces.get(i).muli(old).addi(part);
                }
            }
        }
        steps++;
    }

    /** The surrogate whose weights are the averages. */
    Surrogate surrogate() {
        return averaged;
    }

    void writeTo(DataOutputStream out, byte[] chunk) throws IOException {
        out.writeLong(steps);
        TrainerState.writeTensors(averages, out, chunk);
    }

    void readFrom(DataInputStream in, byte[] chunk) throws IOException {
        steps = in.readLong();
        TrainerState.require(steps >= 0, "an average over " + steps + " steps");
        TrainerState.readTensors(averages, in, chunk);
    }

    /** Reads over what another wrote. */
    static void skip(DataInputStream in) throws IOException {
        in.readLong();
        TrainerState.skipTensors(in);
    }

    @Override
    public void close() {
        averaged.close();
    }
}
