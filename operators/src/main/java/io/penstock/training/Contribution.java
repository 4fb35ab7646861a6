package io.penstock.training;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A whole contribution of a shard to a round: what it stands for, and where its chunks lie in the
 * log.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; the offsets are not changed.
record Contribution(long digest, ContributionSummary summary, long[] offsets) {
    private static final int MOST_CHUNKS = 1 << 24;

    void writeTo(DataOutput out) throws IOException {
        out.writeLong(digest);
        summary.writeTo(out);
        out.writeInt(offsets.length);
        for (long offset : offsets) {
            out.writeLong(offset);
        }
    }

    static Contribution readFrom(DataInput in) throws IOException {
        long digest = in.readLong();
        ContributionSummary summary = ContributionSummary.readFrom(in);
        int chunks = in.readInt();
        if (chunks < 1 || chunks > MOST_CHUNKS) {
            throw new IOException("a contribution has " + chunks + " chunks");
        }
        long[] offsets = new long[chunks];
        for (int i = 0; i < chunks; i++) {
            offsets[i] = in.readLong();
        }
        return new Contribution(digest, summary, offsets);
    }
}
