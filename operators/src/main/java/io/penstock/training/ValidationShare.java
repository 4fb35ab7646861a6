package io.penstock.training;

/**
 * A shard's share of a validation: with t the normalised outputs and d their error, Σd², Σ(d in
 * units of the fields)², Σt and Σt², and how many values they are over.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record ValidationShare(double[] sums, long count) {
    static final int SUMS = 4;
    static final ValidationShare NONE = new ValidationShare(new double[SUMS], 0);

    ValidationShare plus(double[] otherSums, long otherCount) {
        double[] total = sums.clone();
        for (int i = 0; otherCount > 0 && i < SUMS; i++) {
            total[i] += otherSums[i];
        }
        return new ValidationShare(total, count + otherCount);
    }
}
