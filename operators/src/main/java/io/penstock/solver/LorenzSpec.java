package io.penstock.solver;

import io.penstock.sample.Quantity;
import io.penstock.setting.Check;
import java.util.List;

/**
 * The Lorenz system (Deterministic Nonperiodic Flow, J. Atmos. Sci. 20, 1963), as solved by {@link
 * Lorenz}: dx/dt = σ (y - x), dy/dt = x (ρ - z) - y, dz/dt = x y - β z.
 *
 * <p>Parameters: {@code sigma}, {@code rho}, {@code beta}, and the initial {@code x0}, {@code y0},
 * {@code z0}. σ and β must be 0 or above, as solutions may grow without bound otherwise; none may
 * be beyond 10<sup>6</sup> in magnitude. Field: {@code state}, shape {@code [3]}: x, y, z.
 *
 * @param timeStep time between two steps; the solver takes as many of its own in between as it
 *     needs
 * @param tolerance error allowed in one of the solver's own steps, for each of x, y and z: this
 *     much and this fraction of it
 */
public record LorenzSpec(double timeStep, double tolerance) implements SolverSpec {
    private static final double MAX_PARAMETER = 1e6;
    private static final ParameterRanges RANGES =
            new ParameterRanges(
                    "lorenz",
                    List.of(
                            new Quantity("sigma", "", 0, MAX_PARAMETER),
                            ParameterRanges.upTo(MAX_PARAMETER, "rho"),
                            new Quantity("beta", "", 0, MAX_PARAMETER),
                            ParameterRanges.upTo(MAX_PARAMETER, "x0"),
                            ParameterRanges.upTo(MAX_PARAMETER, "y0"),
                            ParameterRanges.upTo(MAX_PARAMETER, "z0")));

    public LorenzSpec {
        Check.above(0, "time-step", timeStep);
        Check.within(1e-14, 1e-2, "tolerance", tolerance);
    }

    @Override
    public List<String> parameters() {
        return RANGES.names();
    }

    @Override
    public List<SolverField> fields() {
        return List.of(new SolverField("state", List.of(3)));
    }

    @Override
    public Solver start(double[] parameters) {
        RANGES.check(parameters);
        return new Lorenz(this, RANGES.simulation(parameters), parameters);
    }
}
