package io.penstock.sample;

import java.io.IOException;

/** The log of samples, read again by position when a reservoir is restored by reference. */
public interface SampleLog {
    /** Receives a sample that was found; its row is valid only during the call. */
    interface Found {
        /**
         * @param index index of the position in the arrays asked for
         * @param sample the sample there
         */
        void accept(int index, Sample sample);
    }

    /**
     * Reads the samples at the given positions, in whatever order suits the log. A position that
     * the log no longer holds is left out.
     *
     * @param partitions partition of each position
     * @param offsets offset of each position
     * @param found receives each sample found
     * @throws IOException when the log cannot be read
     */
    void read(int[] partitions, long[] offsets, Found found) throws IOException;
}
