package io.penstock.solver;

import io.penstock.sample.Quantity;
import io.penstock.setting.Check;
import java.util.List;

/**
 * The Gray-Scott reaction of u fed to a periodic square and v that grows on it, as solved by {@link
 * GrayScott2d}: ∂u/∂t = Du Δu - u v² + F (1 - u), ∂v/∂t = Dv Δv + u v² - (F + k) v.
 *
 * <p>Parameters: {@code feed} (F) and {@code kill} (k), 0 to 1, then the centre {@code x}, {@code
 * y} and the {@code radius} of the spot that v starts from: at its centre u = 1/2 and v = 1/4, far
 * away u = 1 and v = 0, a Gaussian of that standard deviation between them. Fields: {@code u} and
 * {@code v}, shape {@code [rows, columns]}; columns run along x, rows along y, and node (0, 0) lies
 * at x = y = 0.
 *
 * <p>Pearson, Complex patterns in a simple system (1993, arXiv patt-sol/9304003), has Du = 2e-5, Dv
 * = 1e-5, a length of 2.5, 256 × 256 nodes and the same spot, with an edge and noise instead of a
 * slope. His patterns live at F from 0.01 to 0.08 and k from 0.045 to 0.07 and are some 0.1 wide,
 * so that a spacing above 0.02 blurs them; fewer nodes call for a shorter length.
 *
 * @param grid {@code [rows, columns]}
 * @param length side of the square
 * @param diffusivityU Du, length² per time
 * @param diffusivityV Dv, length² per time
 * @param timeStep time between two steps
 */
public record GrayScott2dSpec(
        List<Integer> grid,
        double length,
        double diffusivityU,
        double diffusivityV,
        double timeStep)
        implements SolverSpec {
    private static final int MAX_NODES = 1 << 24;

    public GrayScott2dSpec {
        grid = List.copyOf(grid);
        Check.that(
                grid.size() == 2
                        && grid.get(0) >= 4
                        && grid.get(1) >= 4
                        && (long) grid.get(0) * grid.get(1) <= MAX_NODES,
                "grid",
                grid,
                "[rows, columns], each 4 or above, with at most " + MAX_NODES + " nodes in all");
        Check.above(0, "length", length);
        Check.atLeast(0, "diffusivity-u", diffusivityU);
        Check.atLeast(0, "diffusivity-v", diffusivityV);
        Check.above(0, "time-step", timeStep);
        double spacing = length / Math.max(grid.get(0), grid.get(1));
        double diffusivity = Math.max(diffusivityU, diffusivityV);
        // Half of the sub-steps there may be, the rest is for the reaction.
        double most = SubSteps.MAX * GrayScott2d.STEP_TIMES_RATE / 8;
        Check.that(
                timeStep * diffusivity / (spacing * spacing) <= most && timeStep <= most,
                "time-step",
                timeStep,
                "%s or below, and time-step × diffusivity / spacing² too".formatted(most));
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

    private ParameterRanges ranges() {
        return new ParameterRanges(
                "gray-scott-2d",
                List.of(
                        new Quantity("feed", "", 0, 1),
                        new Quantity("kill", "", 0, 1),
                        square().coordinate("x"),
                        square().coordinate("y"),
                        square().radius("radius")));
    }

    @Override
    public List<String> parameters() {
        return ranges().names();
    }

    @Override
    public List<SolverField> fields() {
        return List.of(new SolverField("u", grid), new SolverField("v", grid));
    }

    @Override
    public Solver start(double[] parameters) {
        ParameterRanges ranges = ranges();
        ranges.check(parameters);
        double[] v = new double[rows() * columns()];
        square().addBump(v, 0.25, parameters[2], parameters[3], parameters[4]);
        double[] u = new double[v.length];
        for (int k = 0; k < u.length; k++) {
            u[k] = 1 - 2 * v[k];
        }
        var rates = new GrayScott2d.Rates(parameters[0], parameters[1]);
        return new GrayScott2d(this, ranges.simulation(parameters), rates, u, v);
    }
}
