package io.penstock.solver;

/**
 * One running simulation, advanced time step by time step. Made by {@link SolverSpec#start} at its
 * initial condition; used by one caller at a time.
 */
public interface Solver extends AutoCloseable {
    /**
     * Computes the next time step.
     *
     * @throws SolverException if the step cannot be computed; the simulation is over then
     * @throws InterruptedException if the thread is interrupted while it waits for the step; the
     *     simulation is over too, but has not failed
     */
    void advance() throws InterruptedException;

    /** Physical time of the step computed last; the initial time before the first one. */
    double time();

    /**
     * Values of a field at {@link #time()}, in C order (last axis fastest).
     *
     * @param index position of the field in {@link SolverSpec#fields()}
     * @return the values, not copied: valid, and not to be written to, until the next {@link
     *     #advance()}
     */
    double[] field(int index);

    /**
     * Gives back what the simulation holds; by default that is nothing. Nothing the second time.
     */
    @Override
    default void close() {}
}
