package io.penstock.flink;

import java.io.IOException;
import java.io.Serializable;
import java.util.Map;

/** The topic of the answers, which is the truth about what has been answered. */
public interface AnswerLog extends AutoCloseable {
    /** Opens a log. */
    interface Factory extends Serializable {
        /** A new one, for one task. */
        AnswerLog open();
    }

    /** Told of an answer. */
    @FunctionalInterface
    interface Reader {
        /** A request of the study has been answered. */
        void answered(int partition, long offset);
    }

    /** First offset of each partition whose answers concern a job that begins afresh. */
    Map<Integer, Long> begin();

    /** Offset after the last answer of each partition. Asked by any thread. */
    Map<Integer, Long> ends() throws IOException, InterruptedException;

    /**
     * Reads the answers of the study from an offset of each partition to where they end now;
     * partitions without one from their beginning.
     */
    void read(Map<Integer, Long> from, Reader reader) throws IOException;

    @Override
    void close();
}
