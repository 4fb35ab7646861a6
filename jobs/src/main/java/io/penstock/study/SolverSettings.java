package io.penstock.study;

import io.penstock.solver.Heat2dSpec;
import io.penstock.solver.SolverSpec;
import java.util.List;

/**
 * A solver of ours, without the time step, which belongs to the study; checked with it.
 *
 * @param kind which one
 * @param grid nodes inside the walls, {@code [rows, columns]}
 * @param length side of the plate
 * @param diffusivity D of ∂u/∂t = D Δu
 * @param tolerance relative residual at which conjugate gradient stops
 */
public record SolverSettings(
        Kind kind, List<Integer> grid, double length, double diffusivity, double tolerance) {
    /** The solvers there are. */
    public enum Kind {
        /** Heat equation on a square plate between walls of given temperatures. */
        HEAT2D
    }

    public SolverSettings {
        grid = List.copyOf(grid);
    }

    /** The solver with the study's time step. */
    SolverSpec spec(double timeStep) {
        return switch (kind) {
            case HEAT2D -> new Heat2dSpec(grid, length, diffusivity, timeStep, tolerance);
        };
    }
}
