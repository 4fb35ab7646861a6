package io.penstock.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.penstock.surrogate.Surrogate;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the predictions of successive versions alike: a step learns from the data and from a
 * teacher, the model as it was served some steps ago (arXiv 2106.02654):
 *
 * <p>{@code loss = (1 - λ) mse(prediction, target) + λ mse(prediction, teacher's prediction)}
 *
 * <p>The teacher is replaced every so many steps, by counting, so that nothing depends on when a
 * version was published; until the first time there is none, and λ is 0. How far the model has gone
 * from its teacher, the <em>churn</em>, is measured on the validation set: the mean of (prediction
 * - teacher's prediction)² over its normalised outputs.
 */
final class Distillation implements AutoCloseable {
    private final double share;
    private final int every;
    private final Forward teacher;
    private final List<NDArray> weights;
    private boolean isTeaching;
    private double churnSum;
    private double churn = Double.NaN;

    /**
     * @param teacher of a surrogate of the same shape, whose weights become the teacher's; it is
     *     closed with this
     */
    Distillation(ContinualSpec spec, Forward teacher) {
        this.share = spec.distillation();
        this.every = spec.distillationEvery();
        this.teacher = teacher;
        this.weights = values(teacher.surrogate());
    }

    private static List<NDArray> values(Surrogate surrogate) {
        return surrogate.weights().stream().map(Surrogate.NamedWeight::values).toList();
    }

    /**
     * Before a step: replaces the teacher when it is time. That is after a validation due at the
     * same number of steps, which so measures what has changed since the teacher before.
     *
     * @param number number of the step, from 0
     * @param served what is published
     */
    void prepare(long number, Surrogate served) {
        if (number > 0 && number % every == 0) {
            WeightMean.copy(values(served), weights);
            isTeaching = true;
        }
    }

    /** The teacher's predictions [k, n_out] of a batch; null while there is no teacher. */
    @Nullable NDArray predict(NDManager scope, Staging.View batch) {
        if (!isTeaching) {
            return null;
        }
        // Of its own, since tensors of the batch are lent to a scope, and to one at a time.
        try (NDManager lent = scope.newSubManager()) {
            NDArray taught = teacher.predict(lent, batch, false);
            taught.attach(scope);
            return taught;
        }
    }

    /**
     * Turns the gradient g of the error against the data into that of the loss: {@code (1 - λ) g +
     * λ 2 (p - q) / (k n_out)} with the predictions p and the teacher's q.
     */
    void blend(NDArray gradient, NDArray prediction, NDArray taught) {
        float factor = (float) (2 * share / prediction.size());
        gradient.muli((float) (1 - share)).addi(prediction.sub(taught).mul(factor));
    }

    /** Begins to measure the churn. */
    void resetChurn() {
        churnSum = 0;
    }

    /** Adds that of some samples. */
    void addChurn(NDArray prediction, NDArray taught) {
        churnSum += prediction.sub(taught).square().sum().getFloat();
    }

    /**
     * Says what the churn that was added up comes to.
     *
     * @param outputs normalised outputs that it is over
     */
    void concludeChurn(long outputs) {
        churn = isTeaching ? churnSum / outputs : Double.NaN;
    }

    /** The churn at the last complete validation that there was a teacher at; else not a number. */
    double churn() {
        return churn;
    }

    /** Begins anew, without a teacher. */
    void begin() {
        isTeaching = false;
        churnSum = 0;
        churn = Double.NaN;
    }

    void writeTo(DataOutputStream out, byte[] chunk) throws IOException {
        out.writeDouble(churnSum);
        out.writeDouble(churn);
        TrainerState.writeTensors(isTeaching ? weights : List.of(), out, chunk);
    }

    void readFrom(DataInputStream in, byte[] chunk) throws IOException {
        churnSum = in.readDouble();
        churn = in.readDouble();
        isTeaching = TrainerState.readTensorsIfAny(weights, in, chunk);
    }

    /** Reads over what another wrote. */
    static void skip(DataInputStream in) throws IOException {
        in.readDouble();
        in.readDouble();
        TrainerState.skipTensors(in);
    }

    @Override
    public void close() {
        teacher.surrogate().close();
    }
}
