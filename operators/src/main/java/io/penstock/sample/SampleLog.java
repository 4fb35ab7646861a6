package io.penstock.sample;

import java.io.IOException;
import java.io.Serializable;

/**
 * The log that samples came from, from which a restored reservoir reads its samples again by their
 * positions.
 */
public interface SampleLog extends AutoCloseable {
    /** Takes the samples that were found. */
    @FunctionalInterface
    interface Receiver {
        /**
         * Takes one sample.
         *
         * @param index which of the wanted positions it is
         * @param sample the sample; its row is valid only during the call
         */
        void accept(int index, Sample sample);
    }

    /** Opens the log; shipped with the operator that will need it. */
    @FunctionalInterface
    interface Factory extends Serializable {
        /** A log of its own for whoever calls. */
        SampleLog open();
    }

    /**
     * Reads the samples at {@code (partitions[i], offsets[i])} in the order of the log, not in that
     * of the arrays. Positions that the log does not hold any more are passed over.
     *
     * @return how many were found
     * @throws IOException when the log cannot be read; says where
     */
    int read(int[] partitions, long[] offsets, Receiver receiver) throws IOException;

    @Override
    void close();
}
