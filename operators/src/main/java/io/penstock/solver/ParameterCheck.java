package io.penstock.solver;

import java.util.Arrays;
import java.util.List;

/** Checks of the parameters that a simulation is started with. */
final class ParameterCheck {
    private ParameterCheck() {}

    /**
     * Requires one number for each name, none beyond {@code limit} in magnitude.
     *
     * @param solver name of the solver, for the message
     */
    static void numbers(String solver, List<String> names, double[] parameters, double limit) {
        if (parameters.length != names.size()) {
            throw new SolverException(
                    "%d parameters %s; %s takes %d: %s"
                            .formatted(
                                    parameters.length,
                                    Arrays.toString(parameters),
                                    solver,
                                    names.size(),
                                    names));
        }
        that(
                Arrays.stream(parameters).allMatch(value -> Math.abs(value) <= limit),
                solver,
                parameters,
                "every one must be a number from -%s to %1$s".formatted(limit));
    }

    /** Requires {@code allowed} to hold; {@code what} says what is allowed. */
    static void that(boolean allowed, String solver, double[] parameters, String what) {
        if (!allowed) {
            throw new SolverException(
                    "parameters %s of %s: %s".formatted(Arrays.toString(parameters), solver, what));
        }
    }
}
