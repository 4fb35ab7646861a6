package io.penstock.solver;

import io.penstock.sample.Quantity;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The parameters of a solver, in order, and the values it can compute with. */
record ParameterRanges(String solver, List<Quantity> ranges) {
    ParameterRanges {
        ranges = List.copyOf(ranges);
    }

    /** The range of a parameter of either sign, up to a magnitude. */
    static Quantity upTo(double magnitude, String name) {
        return new Quantity(name, "", -magnitude, magnitude);
    }

    List<String> names() {
        return ranges.stream().map(Quantity::name).toList();
    }

    /**
     * Requires one number for each parameter, in its range.
     *
     * @throws SolverException otherwise
     */
    void check(double[] parameters) {
        if (parameters.length != ranges.size()) {
            throw new SolverException(
                    "%d parameters %s; %s takes %d: %s"
                            .formatted(
                                    parameters.length,
                                    Arrays.toString(parameters),
                                    solver,
                                    ranges.size(),
                                    names()));
        }
        for (int k = 0; k < parameters.length; k++) {
            Quantity range = ranges.get(k);
            if (!(parameters[k] >= range.min() && parameters[k] <= range.max())) {
                throw new SolverException(
                        "%s: %s must be a number from %s to %s"
                                .formatted(
                                        simulation(parameters),
                                        range.name(),
                                        range.min(),
                                        range.max()));
            }
        }
    }

    /** Names a simulation as errors do. */
    String simulation(double[] parameters) {
        return IntStream.range(0, parameters.length)
                .mapToObj(k -> ranges.get(k).name() + "=" + parameters[k])
                .collect(Collectors.joining(", ", solver + ", ", ""));
    }
}
