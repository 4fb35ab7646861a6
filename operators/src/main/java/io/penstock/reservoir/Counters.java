package io.penstock.reservoir;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** What a reservoir has done since it was created, across restores. */
final class Counters {
    /** Samples inserted. */
    long inserts;

    /** Draws, repeated ones included. */
    long draws;

    /** Samples that left to make room for another. */
    long evicted;

    /** Samples that left by a draw. */
    long drained;

    /** Samples that left because they could not be read again. */
    long lost;

    /** How often the samples that left had been drawn. */
    final DrawTally tally;

    Counters(DrawTally tally) {
        this.tally = tally;
    }

    /** Samples that left. */
    long left() {
        return evicted + drained + lost;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeLong(inserts);
        out.writeLong(draws);
        out.writeLong(evicted);
        out.writeLong(drained);
        out.writeLong(lost);
        tally.writeTo(out);
    }

    static Counters readFrom(DataInput in) throws IOException {
        long inserts = in.readLong();
        long draws = in.readLong();
        long evicted = in.readLong();
        long drained = in.readLong();
        long lost = in.readLong();
        StateCheck.that(
                inserts >= 0 && draws >= 0 && evicted >= 0 && drained >= 0 && lost >= 0,
                "negative counters: %d inserts, %d draws, %d evicted, %d drained, %d lost",
                inserts,
                draws,
                evicted,
                drained,
                lost);
        Counters counters = new Counters(DrawTally.readFrom(in, evicted + drained + lost));
        counters.inserts = inserts;
        counters.draws = draws;
        counters.evicted = evicted;
        counters.drained = drained;
        counters.lost = lost;
        return counters;
    }
}
