package io.penstock.solver;

import io.penstock.sample.Quantity;
import io.penstock.setting.Check;
import java.util.List;

/**
 * Two-dimensional incompressible flow on a periodic square under a steady force along x that varies
 * as a sine of y (Kolmogorov flow), as solved by {@link NavierStokes2d}: ∂w/∂t + u·∇w = ν Δw - μ w
 * - A κ cos(κ y) for the vorticity w = ∂uy/∂x - ∂ux/∂y, with the force (A sin(κ y), 0) per mass and
 * κ = 2π forcing-wavenumber / length.
 *
 * <p>Parameters: {@code viscosity} (ν, 0 or above), {@code forcing} (A), and the two equal vortices
 * that the flow starts from, at ({@code x1}, {@code y1}) and ({@code x2}, {@code y2}): Gaussians of
 * peak vorticity {@code strength} and standard deviation {@code radius}, 2 spacings or above, made
 * periodic and less their mean. Field: {@code vorticity}, shape {@code [rows, columns]}; columns
 * run along x, rows along y, and node (0, 0) lies at x = y = 0.
 *
 * <p>The setting is that of Chandler and Kerswell (arXiv 1207.4682): length 2π, forcing-wavenumber
 * 4, no drag, A = 1, ν = 1 / Re with Re from 40 to 100; Kochkov et al. (arXiv 2102.01010) have ν =
 * 1e-3 and drag 0.1.
 *
 * @param grid {@code [rows, columns]}, powers of two
 * @param length side of the square
 * @param forcingWavenumber waves of the force along y
 * @param drag μ, 1 / time; 0 for none
 * @param timeStep time between two steps
 */
public record NavierStokes2dSpec(
        List<Integer> grid, double length, int forcingWavenumber, double drag, double timeStep)
        implements SolverSpec {
    private static final int MAX_NODES = 1 << 24;
    // Beyond it, squares overflow.
    private static final double MAX_PARAMETER = 1e100;

    public NavierStokes2dSpec {
        grid = List.copyOf(grid);
        Check.that(
                grid.size() == 2
                        && grid.stream().allMatch(n -> n >= 4 && Integer.bitCount(n) == 1)
                        && (long) grid.get(0) * grid.get(1) <= MAX_NODES,
                "grid",
                grid,
                "[rows, columns], each a power of two of 4 or above, with at most "
                        + MAX_NODES
                        + " nodes in all");
        Check.above(0, "length", length);
        Check.within(
                1,
                PeriodicTransform1d.mostWaves(grid.get(0)),
                "forcing-wavenumber",
                forcingWavenumber);
        Check.atLeast(0, "drag", drag);
        Check.above(0, "time-step", timeStep);
    }

    /** Nodes along y. */
    public int rows() {
        return grid.get(0);
    }

    /** Nodes along x. */
    public int columns() {
        return grid.get(1);
    }

    PeriodicSquare square() {
        return new PeriodicSquare(rows(), columns(), length);
    }

    /** κ. */
    double forcedWavenumber() {
        return 2 * Math.PI / length * forcingWavenumber;
    }

    private ParameterRanges ranges() {
        return new ParameterRanges(
                "navier-stokes-2d",
                List.of(
                        new Quantity("viscosity", "", 0, MAX_PARAMETER),
                        ParameterRanges.upTo(MAX_PARAMETER, "forcing"),
                        ParameterRanges.upTo(MAX_PARAMETER, "strength"),
                        square().radius("radius"),
                        square().coordinate("x1"),
                        square().coordinate("y1"),
                        square().coordinate("x2"),
                        square().coordinate("y2")));
    }

    @Override
    public List<String> parameters() {
        return ranges().names();
    }

    @Override
    public List<SolverField> fields() {
        return List.of(new SolverField("vorticity", grid));
    }

    @Override
    public Solver start(double[] parameters) {
        ParameterRanges ranges = ranges();
        ranges.check(parameters);
        double[] vorticity = new double[rows() * columns()];
        double strength = parameters[2];
        double radius = parameters[3];
        square().addBump(vorticity, strength, parameters[4], parameters[5], radius);
        square().addBump(vorticity, strength, parameters[6], parameters[7], radius);
        var coefficients = new NavierStokes2d.Coefficients(parameters[0], parameters[1]);
        return new NavierStokes2d(this, ranges.simulation(parameters), coefficients, vorticity);
    }
}
