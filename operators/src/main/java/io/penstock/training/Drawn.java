package io.penstock.training;

/**
 * Samples to gather from a slot store.
 *
 * @param slots slots of the samples, those of one after those of the other; only read
 * @param fresh for each sample, whether it was drawn for the first time; only read
 * @param count number of samples
 * @param gap gap of their windows, see {@link io.penstock.sample.SampleForm}; 1 for single steps
 */
@SuppressWarnings("ArrayRecordComponent") // Arrays that the caller uses again for every batch.
record Drawn(int[] slots, boolean[] fresh, int count, int gap) {}
