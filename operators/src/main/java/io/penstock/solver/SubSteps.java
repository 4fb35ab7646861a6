package io.penstock.solver;

/**
 * The time between two outputs, cut into sub-steps of which each is as long as the solver allows
 * when it comes to it.
 */
final class SubSteps {
    /** Sub-steps between two outputs, beyond which a simulation is given up. */
    static final int MAX = 1_000_000;

    private final String simulation;
    private final double end;
    private double left;
    private int taken;

    /**
     * @param simulation what errors call it
     * @param from time of the output before
     * @param length time to the next output
     */
    SubSteps(String simulation, double from, double length) {
        this.simulation = simulation;
        this.end = from + length;
        this.left = length;
    }

    boolean remain() {
        return left > 0;
    }

    /**
     * Length of the next sub-step: the time that is left, divided into as few equal parts as may
     * be.
     *
     * @param rate 1 / the longest sub-step allowed now
     * @throws SolverException if the rate is not a number or so high that the next output is out of
     *     reach
     */
    double next(double rate) {
        double parts = Math.max(1, Math.ceil(left * rate));
        if (!(parts <= MAX - taken)) {
            throw new SolverException(
                    ("%s: after time %s, sub-steps of at most %.3g are needed; more than %d to the"
                                    + " output at time %s")
                            .formatted(simulation, end - left, 1 / rate, MAX, end));
        }
        double length = left / parts;
        left = parts == 1 ? 0 : left - length;
        taken++;
        return length;
    }

    /**
     * Requires the values of a field at the output to be finite.
     *
     * @throws SolverException if one is not
     */
    void requireFinite(String name, double[] field) {
        for (int k = 0; k < field.length; k++) {
            if (!Double.isFinite(field[k])) {
                throw new SolverException(
                        "%s: %s is %s at time %s, node %d"
                                .formatted(simulation, name, field[k], end, k));
            }
        }
    }
}
