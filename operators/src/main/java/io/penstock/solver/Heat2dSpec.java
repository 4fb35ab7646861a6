package io.penstock.solver;

import io.penstock.setting.Check;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The heat equation on a square plate whose walls are kept at given temperatures, as solved by
 * {@link Heat2d}.
 *
 * <p>Parameters: the uniform initial temperature, then the temperatures of the west (x = 0), east
 * (x = length), south (y = 0) and north (y = length) walls. Field: {@code temperature}, shape
 * {@code [rows, columns]}; columns run from west to east, rows from south to north.
 *
 * @param grid {@code [rows, columns]}: the nodes computed, those inside the walls
 * @param length side of the plate
 * @param diffusivity D, length² per time
 * @param timeStep time between two steps
 * @param tolerance conjugate gradient stops when the norm of the residual is this fraction of the
 *     norm of the right-hand side
 */
public record Heat2dSpec(
        List<Integer> grid, double length, double diffusivity, double timeStep, double tolerance)
        implements SolverSpec {
    private static final int MAX_NODES = 1 << 27;
    // Beyond these, squares overflow or conjugate gradient drowns in rounding.
    private static final double MAX_STIFFNESS = 1e9;
    private static final double MAX_TEMPERATURE = 1e100;
    private static final ParameterRanges RANGES =
            new ParameterRanges(
                    "heat-2d",
                    Stream.of("initial", "west", "east", "south", "north")
                            .map(name -> ParameterRanges.upTo(MAX_TEMPERATURE, name))
                            .toList());

    public Heat2dSpec {
        grid = List.copyOf(grid);
        Check.that(
                grid.size() == 2
                        && grid.get(0) >= 1
                        && grid.get(1) >= 1
                        && (long) grid.get(0) * grid.get(1) <= MAX_NODES,
                "grid",
                grid,
                "[rows, columns], each 1 or above, with at most " + MAX_NODES + " nodes in all");
        Check.above(0, "length", length);
        Check.above(0, "diffusivity", diffusivity);
        Check.above(0, "time-step", timeStep);
        Check.within(1e-14, 1e-2, "tolerance", tolerance);
        double spacing = length / (Math.max(grid.get(0), grid.get(1)) + 1);
        Check.that(
                timeStep * diffusivity / (spacing * spacing) <= MAX_STIFFNESS,
                "time-step",
                timeStep,
                "time-step × diffusivity / spacing² of at most " + MAX_STIFFNESS);
    }

    /** Rows of the grid, south to north. */
    public int rows() {
        return grid.get(0);
    }

    /** Columns of the grid, west to east. */
    public int columns() {
        return grid.get(1);
    }

    @Override
    public List<String> parameters() {
        return RANGES.names();
    }

    @Override
    public List<SolverField> fields() {
        return List.of(new SolverField("temperature", grid));
    }

    @Override
    public Solver start(double[] parameters) {
        RANGES.check(parameters);
        var walls = new Heat2d.Walls(parameters[1], parameters[2], parameters[3], parameters[4]);
        double[] initial = new double[rows() * columns()];
        Arrays.fill(initial, parameters[0]);
        return new Heat2d(this, RANGES.simulation(parameters), initial, walls);
    }
}
