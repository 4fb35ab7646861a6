package io.penstock.training;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Moves the weights of a surrogate, in place. What it remembers from step to step lies in tensors
 * of ours, so that a restored optimiser goes on bit for bit.
 */
interface Optimiser extends AutoCloseable {
    /**
     * Moves the weights along the gradients that the backward pass has accumulated, and zeroes
     * those.
     *
     * @param rate learning rate
     * @param number number of this step, from 0
     */
    void step(double rate, long number);

    /** The tensors besides the weights that make up its state, in a fixed order; live. */
    List<NDArray> stateTensors();

    @Override
    void close();
}
