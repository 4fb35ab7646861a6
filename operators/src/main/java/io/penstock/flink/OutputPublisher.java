package io.penstock.flink;

import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SolverOutput;
import java.io.Serializable;

/**
 * Where solvers send their time steps and say how they are. Used by one task, from its own thread.
 */
public interface OutputPublisher extends AutoCloseable {
    /**
     * Sends a time step, without waiting for its acknowledgement. The output and its buffers are
     * the caller's again when this returns.
     *
     * @throws OutputPublisherException if something earlier could not be sent
     */
    void publish(SolverOutput output);

    /**
     * Says something of a simulation, without waiting for its acknowledgement.
     *
     * @throws OutputPublisherException if something earlier could not be sent
     */
    void publish(SimulationEvent event);

    /**
     * Waits until everything published so far is acknowledged.
     *
     * @throws OutputPublisherException if something could not be sent
     */
    void flush();

    /** Drops what is not yet acknowledged and gives back what the publisher holds. */
    @Override
    void close();

    /** Opens a publisher on the machine where it is used. */
    @FunctionalInterface
    interface Factory extends Serializable {
        /** A new publisher, closed by whoever asked for it. */
        OutputPublisher open();
    }
}
