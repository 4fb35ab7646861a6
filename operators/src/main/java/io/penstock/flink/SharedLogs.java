package io.penstock.flink;

import io.penstock.training.ContributionChunk;
import io.penstock.training.Control;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.function.Consumer;

/**
 * The logs that all shards read, read by a shard itself: when it is restored it has to know what
 * the controls' log holds before it trains, and when the job is stopped nobody tells it any more of
 * the rounds.
 */
public interface SharedLogs extends Serializable {
    /** First offset of the controls that counts for this submission of the job. */
    long firstControl();

    /**
     * Reads the study's controls up to the present end of their log.
     *
     * @param from first offset
     * @throws IOException if they cannot be read in time
     */
    void readControls(long from, Consumer<Control> reader) throws IOException;

    /**
     * Follows the contributions. May not be needed in the end, so this must be cheap.
     *
     * @param from first offset; below 0 for that of this submission
     */
    Tail followContributions(long from);

    /** The log of contributions, read on and on. */
    interface Tail extends AutoCloseable {
        /** What came since the last call, after a short wait for the first of it. */
        List<ContributionChunk> poll();

        @Override
        void close();
    }
}
