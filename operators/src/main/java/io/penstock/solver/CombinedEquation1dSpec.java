package io.penstock.solver;

import io.penstock.sample.Quantity;
import io.penstock.setting.Check;
import java.util.ArrayList;
import java.util.List;

/**
 * The combined equation of Message Passing Neural PDE Solvers (arXiv 2202.03376), as solved by
 * {@link CombinedEquation1d}: ∂u/∂t + ∂/∂x (α u² - β ∂u/∂x + γ ∂²u/∂x²) = δ(t, x) on [0, L),
 * periodic, with δ(t, x) = Σ A<sub>j</sub> sin(ω<sub>j</sub> t + 2π l<sub>j</sub> x / L +
 * φ<sub>j</sub>) over j = 1 … J, and u(0, x) = δ(0, x).
 *
 * <p>α = 1/2, γ = 0 is the equation of Burgers with viscosity β; α = 3, β = 0, γ = 1 that of
 * Korteweg and de Vries; α = γ = 0 the heat equation. The paper has L = 16, J = 5, α from 0 to 3, β
 * from 0 to 0.4, γ from 0 to 1, A from -0.5 to 0.5, ω from -0.4 to 0.4, l in {1, 2, 3} and φ from 0
 * to 2π.
 *
 * <p>Parameters: {@code alpha}, {@code beta} and {@code gamma}, then for every j, counted from 1,
 * {@code amplitude-j}, {@code frequency-j}, {@code wavenumber-j} and {@code phase-j}. A wavenumber
 * must be at most the greatest whole number below a third of the cells, up or down, and is rounded
 * to the nearest whole number, halves up, so that 0.5 to 3.5 makes 1, 2 and 3 equally likely. β
 * must be 0 or above. None may be beyond 10<sup>6</sup> in magnitude. Field: {@code u}, shape
 * {@code [cells]}, at x = i L / cells.
 *
 * @param grid {@code [cells]}, a power of two
 * @param length L
 * @param modes J
 * @param timeStep time between two steps; the solver takes as many of its own in between as it
 *     needs
 * @param tolerance error allowed in one of the solver's own steps, as a fraction of u, both in the
 *     Euclidean norm
 */
public record CombinedEquation1dSpec(
        List<Integer> grid, double length, int modes, double timeStep, double tolerance)
        implements SolverSpec {
    private static final double MAX_PARAMETER = 1e6;

    public CombinedEquation1dSpec {
        grid = List.copyOf(grid);
        PeriodicTransform1d.checkGrid(grid);
        // Beyond these, wavenumbers cubed overflow or underflow together with the parameters.
        Check.within(1e-9, 1e9, "length", length);
        Check.within(1, 1000, "modes", modes);
        Check.within(1e-100, 1e100, "time-step", timeStep);
        Check.within(1e-12, 1e-2, "tolerance", tolerance);
    }

    /** Number of cells. */
    public int cells() {
        return grid.get(0);
    }

    private ParameterRanges ranges() {
        List<Quantity> ranges = new ArrayList<>();
        ranges.add(ParameterRanges.upTo(MAX_PARAMETER, "alpha"));
        ranges.add(new Quantity("beta", "", 0, MAX_PARAMETER));
        ranges.add(ParameterRanges.upTo(MAX_PARAMETER, "gamma"));
        int mostWaves = PeriodicTransform1d.mostWaves(cells());
        for (int j = 1; j <= modes; j++) {
            ranges.add(ParameterRanges.upTo(MAX_PARAMETER, "amplitude-" + j));
            ranges.add(ParameterRanges.upTo(MAX_PARAMETER, "frequency-" + j));
            ranges.add(ParameterRanges.upTo(mostWaves, "wavenumber-" + j));
            ranges.add(ParameterRanges.upTo(MAX_PARAMETER, "phase-" + j));
        }
        return new ParameterRanges("combined-equation-1d", ranges);
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
        ParameterRanges ranges = ranges();
        ranges.check(parameters);
        List<SineWave> waves = new ArrayList<>();
        for (int p = 3; p < parameters.length; p += 4) {
            int wavenumber = (int) Math.round(parameters[p + 2]);
            waves.add(
                    new SineWave(parameters[p], parameters[p + 1], wavenumber, parameters[p + 3]));
        }
        double[] initial = new double[cells()];
        for (int i = 0; i < initial.length; i++) {
            double place = (double) i / cells();
            initial[i] = waves.stream().mapToDouble(wave -> wave.at(0, place)).sum();
        }
        var flux = new CombinedEquation1d.Flux(parameters[0], parameters[1], parameters[2]);
        return new CombinedEquation1d(this, ranges.simulation(parameters), flux, waves, initial);
    }
}
