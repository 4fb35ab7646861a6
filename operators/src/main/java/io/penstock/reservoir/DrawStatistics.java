package io.penstock.reservoir;

import java.util.List;

/**
 * How often the samples that have left a reservoir had been drawn.
 *
 * @param histogram {@value #BUCKETS} numbers of samples: element {@code n} of those drawn {@code n}
 *     times, the last of those drawn that often or more. Samples drawn 0 times are lost ones only.
 * @param count samples
 * @param total their draws
 * @param min fewest draws of a sample; 0 when there is none
 * @param max most draws of a sample; 0 when there is none
 */
public record DrawStatistics(List<Long> histogram, long count, long total, long min, long max) {
    /** Length of the histogram. */
    public static final int BUCKETS = 64;

    public DrawStatistics {
        histogram = List.copyOf(histogram);
    }

    /** Mean draws of a sample; 0 when there is none. */
    public double mean() {
        return count == 0 ? 0 : (double) total / count;
    }
}
