package io.penstock.training;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A training step: moves the weights of a surrogate, in place, by one batch. What it remembers from
 * step to step lies in tensors of ours, so that a restored one goes on bit for bit.
 */
interface Step extends AutoCloseable {
    /** Steps between two looks at what need not be looked at in every step. */
    int HOUSEKEEPING_EVERY = 64;

    /**
     * Trains on a batch and adds to the training sums.
     *
     * @param batch gathered rows and fresh marks
     * @param rate learning rate
     * @param number number of this step, from 0
     */
    void train(Staging.View batch, double rate, long number);

    /**
     * Whether a step is to do what is done now and then only: measure the gradient's norm though it
     * is not clipped, set moments to zero that have all but faded.
     */
    static boolean isHousekeeping(long number) {
        return number % HOUSEKEEPING_EVERY == 0;
    }

    /** The tensors besides the weights that make up its state, in a fixed order; live. */
    List<NDArray> stateTensors();

    @Override
    void close();
}
