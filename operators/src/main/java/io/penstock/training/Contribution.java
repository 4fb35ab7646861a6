package io.penstock.training;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * A contribution of a shard to a round: what it stands for, and where its chunks lie in the log.
 * While it comes in, those still to come are {@link #MISSING}.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; offsets are filled in.
record Contribution(long digest, ContributionSummary summary, long[] offsets) {
    /** Offset of a chunk that has not come, or came damaged. */
    static final long MISSING = -1;

    private static final int MOST_CHUNKS = 1 << 24;

    /** One of which nothing has come yet. */
    static Contribution begun(long digest, ContributionSummary summary, int chunks) {
        long[] offsets = new long[chunks];
        Arrays.fill(offsets, MISSING);
        return new Contribution(digest, summary, offsets);
    }

    boolean isWhole() {
        return Arrays.stream(offsets).noneMatch(offset -> offset == MISSING);
    }

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
