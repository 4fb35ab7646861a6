package io.penstock.solver;

import java.io.Serializable;
import java.util.List;

/**
 * What is solved: the equation with its discretisation, without the parameters that vary. A record,
 * since it travels to the machines that solve it.
 */
public interface SolverSpec extends Serializable {
    /** Names of the parameters that {@link #start} takes, in order. */
    List<String> parameters();

    /** The fields of a time step, in the order of {@link Solver#field}. */
    List<SolverField> fields();

    /**
     * Starts a simulation at its initial condition.
     *
     * @param parameters one finite number for each of {@link #parameters()}
     * @throws SolverException if their number is wrong, one is not finite, or the simulation cannot
     *     be started
     */
    Solver start(double[] parameters);
}
