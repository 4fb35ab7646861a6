package io.penstock.dashboard.study;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every simulation of a study, ordered by id, in few bytes.
 *
 * @param parameters what their parameters are
 * @param ids their ids
 * @param state a letter each: W waiting, R running, F finished, X failed, G given up
 * @param progress share of the time steps sent, 0 to 1
 * @param purpose a letter each: T training, V validation
 * @param attempt which attempt each is at, from 1
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
public record EnsembleView(
        List<Parameter> parameters,
        long[] ids,
        String state,
        double[] progress,
        String purpose,
        int[] attempt) {
    /** A parameter of the simulations. */
    public record Parameter(String name, String unit) {}

    /** No simulations. */
    public static EnsembleView empty() {
        return new EnsembleView(List.of(), new long[0], "", new double[0], "", new int[0]);
    }

    /** One simulation. */
    public record SimulationView(
            long id,
            String state,
            String purpose,
            int attempt,
            double[] parameters,
            int steps,
            int sent,
            @Nullable Long startedAt,
            @Nullable Long endedAt,
            @Nullable String reason,
            long rejected) {}

    /**
     * Where simulations lie in the space of their parameters.
     *
     * @param x name of the parameter on the one axis
     * @param y name of that on the other
     * @param points of each simulation: x, y, the letter of its state, its id
     * @param total simulations, those left out included
     */
    public record CoverageView(String x, String y, List<List<Object>> points, int total) {}
}
