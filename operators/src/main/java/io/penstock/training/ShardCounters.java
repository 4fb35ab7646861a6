package io.penstock.training;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** What a shard has done: totals since the study began, and sums over the reporting interval. */
public final class ShardCounters {
    long batches;
    long samplesTrained;
    long duplicates;
    long lostReferences;
    long insertsSinceStep;
    long intervalBatches;
    long intervalFresh;
    double lastMeanAge = Double.NaN;

    /** Draws owed in the counted pace beyond what inserts and draws say, from former shards. */
    double carried;

    ShardCounters() {}

    /** Training steps done. */
    public long batches() {
        return batches;
    }

    /** Samples trained, repeats counted. */
    public long samplesTrained() {
        return samplesTrained;
    }

    /** Samples dropped because they had been received before. */
    public long duplicates() {
        return duplicates;
    }

    void stepped(int n, boolean[] fresh, double meanAge) {
        batches++;
        samplesTrained += n;
        insertsSinceStep = 0;
        intervalBatches++;
        for (int i = 0; i < n; i++) {
            intervalFresh += fresh[i] ? 1 : 0;
        }
        lastMeanAge = meanAge;
    }

    void beginInterval() {
        intervalBatches = 0;
        intervalFresh = 0;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeLong(batches);
        out.writeLong(samplesTrained);
        out.writeLong(duplicates);
        out.writeLong(lostReferences);
        out.writeLong(insertsSinceStep);
        out.writeLong(intervalBatches);
        out.writeLong(intervalFresh);
        out.writeDouble(lastMeanAge);
        out.writeDouble(carried);
    }

    void readFrom(DataInput in, boolean hasCarried) throws IOException {
        batches = in.readLong();
        samplesTrained = in.readLong();
        duplicates = in.readLong();
        lostReferences = in.readLong();
        insertsSinceStep = in.readLong();
        intervalBatches = in.readLong();
        intervalFresh = in.readLong();
        lastMeanAge = in.readDouble();
        carried = hasCarried ? in.readDouble() : 0;
    }
}
