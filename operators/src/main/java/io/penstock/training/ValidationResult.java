package io.penstock.training;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Errors over the validation set. With t the normalised outputs, d their error and N their number:
 *
 * @param loss mean squared error of normalised outputs, Σd²/N
 * @param mse mean squared error in squared units of the fields
 * @param normalisedRmse √(Σd²/N) over the standard deviation of t; the unit cancels, so with one
 *     field it is the RMSE over the standard deviation of the validation fields
 * @param batch training steps done when the validation began; -1 before the first
 */
public record ValidationResult(double loss, double mse, double normalisedRmse, long batch) {
    /** Before the first validation. */
    public static final ValidationResult NONE =
            new ValidationResult(Double.NaN, Double.NaN, Double.NaN, -1);

    /** The result that the error sums over {@code n} outputs give; not a number when n is 0. */
    static ValidationResult of(double[] sums, long n, long batch) {
        double loss = sums[0] / n;
        double variance = Math.max(0, sums[3] / n - (sums[2] / n) * (sums[2] / n));
        return new ValidationResult(loss, sums[1] / n, Math.sqrt(loss / variance), batch);
    }

    /** Whether there was a validation, of one sample at least. */
    public boolean isPresent() {
        return !Double.isNaN(loss);
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeDouble(loss);
        out.writeDouble(mse);
        out.writeDouble(normalisedRmse);
        out.writeLong(batch);
    }

    static ValidationResult readFrom(DataInput in) throws IOException {
        return new ValidationResult(
                in.readDouble(), in.readDouble(), in.readDouble(), in.readLong());
    }
}
