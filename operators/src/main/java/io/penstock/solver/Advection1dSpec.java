package io.penstock.solver;

import io.penstock.sample.Quantity;
import io.penstock.setting.Check;
import java.util.List;

/**
 * Advection u<sub>t</sub> + c u<sub>x</sub> = 0 of a pulse on a circle of the given length, as
 * solved by {@link Advection1d}.
 *
 * <p>Parameters: {@code speed} c, then {@code amplitude} A, {@code centre} x<sub>0</sub> and {@code
 * width} w of the initial pulse A exp((cos θ - 1) / (2π w / L)²), θ = 2π (x - x<sub>0</sub>) / L,
 * which is the Gaussian A exp(-(x - x<sub>0</sub>)² / 2w²) when w is small beside L, and periodic
 * and smooth always. The width must be from two cells, as what is narrower falls between them, to
 * L; none of the others may be beyond 10<sup>6</sup> in magnitude. Field: {@code u}, shape {@code
 * [cells]}, at x = i L / cells.
 *
 * @param grid {@code [cells]}, a power of two
 * @param length L, once around
 * @param timeStep time between two steps
 */
public record Advection1dSpec(List<Integer> grid, double length, double timeStep)
        implements SolverSpec {
    private static final double MAX_PARAMETER = 1e6;

    public Advection1dSpec {
        grid = List.copyOf(grid);
        PeriodicTransform1d.checkGrid(grid);
        Check.within(1e-9, 1e9, "length", length);
        Check.within(1e-100, 1e100, "time-step", timeStep);
    }

    /** Number of cells. */
    public int cells() {
        return grid.get(0);
    }

    private ParameterRanges ranges() {
        return new ParameterRanges(
                "advection-1d",
                List.of(
                        ParameterRanges.upTo(MAX_PARAMETER, "speed"),
                        ParameterRanges.upTo(MAX_PARAMETER, "amplitude"),
                        ParameterRanges.upTo(MAX_PARAMETER, "centre"),
                        new Quantity("width", "", 2 * length / cells(), length)));
    }

    @Override
    public List<String> parameters() {
        return ranges().names();
    }

    @Override
    public List<SolverField> fields() {
        return List.of(new SolverField("u", grid));
    }

    @Override
    public Solver start(double[] parameters) {
        ranges().check(parameters);
        double[] initial = new double[cells()];
        double width = 2 * Math.PI * parameters[3] / length;
        for (int i = 0; i < initial.length; i++) {
            double angle = 2 * Math.PI * ((double) i / cells() - parameters[2] / length);
            initial[i] = parameters[1] * Math.exp((Math.cos(angle) - 1) / (width * width));
        }
        return new Advection1d(this, parameters[0], initial);
    }
}
