package io.penstock.training;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What a contribution stands for.
 *
 * @param samples samples trained since the last round: its weight in the mean
 * @param drained whether the shard has nothing left to train on, now and later
 * @param batches training steps of the shard in all
 * @param samplesTrained samples trained by the shard in all
 * @param validationCount values in its share of the validation of the last round's weights
 * @param validationSums sums over them, see {@link ValidationResult}; empty when there are none
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; the sums are not changed.
public record ContributionSummary(
        long samples,
        boolean drained,
        long batches,
        long samplesTrained,
        long validationCount,
        double[] validationSums) {
    void writeTo(DataOutput out) throws IOException {
        out.writeLong(samples);
        out.writeBoolean(drained);
        out.writeLong(batches);
        out.writeLong(samplesTrained);
        out.writeLong(validationCount);
        out.writeInt(validationSums.length);
        for (double sum : validationSums) {
            out.writeDouble(sum);
        }
    }

    static ContributionSummary readFrom(DataInput in) throws IOException {
        long samples = in.readLong();
        boolean drained = in.readBoolean();
        long batches = in.readLong();
        long samplesTrained = in.readLong();
        long validationCount = in.readLong();
        int length = in.readInt();
        if (length != 0 && length != ValidationShare.SUMS) {
            throw new IOException(
                    "a contribution has " + length + " validation sums; allowed: 0 or 4");
        }
        double[] sums = new double[length];
        for (int i = 0; i < length; i++) {
            sums[i] = in.readDouble();
        }
        return new ContributionSummary(
                samples, drained, batches, samplesTrained, validationCount, sums);
    }
}
