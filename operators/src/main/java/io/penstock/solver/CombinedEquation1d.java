package io.penstock.solver;

import java.util.List;

/**
 * ∂u/∂t + ∂/∂x (α u² - β ∂u/∂x + γ ∂²u/∂x²) = δ(t, x) on [0, L), periodic.
 *
 * <p>Pseudo-spectral in space, u² without aliasing by the rule of two thirds; in time by {@link
 * IntegratingFactorRk4}, with the linear terms exact. Modes m above a quarter of the highest kept,
 * K, get a viscosity of their own, {@code max(0, 2 |α| r / k - β) exp(-((K - m) / (m - K/4))²)}
 * with r half the range of u at the latest step and k = 2π K / L (spectral viscosity: Tadmor,
 * Convergence of Spectral Methods for Nonlinear Conservation Laws, SIAM J. Numer. Anal. 26, 1989).
 * It is what shocks too steep for the grid dissipate by; a field that the grid resolves has nothing
 * in these modes, and with enough β it is 0. Next to such a shock, u overshoots over a few cells by
 * up to a third of half the jump.
 *
 * <p>∫u² grows by nothing but δ, so u is bounded at all times, by its start and what δ adds up to.
 */
final class CombinedEquation1d implements Solver {
    private static final int PLAIN_PART = 4;

    /** α, β and γ. */
    record Flux(double alpha, double beta, double gamma) {}

    private final CombinedEquation1dSpec spec;
    private final String simulation;
    private final Flux flux;
    private final List<SineWave> forcing;
    private final PeriodicTransform1d transform;
    private final IntegratingFactorRk4 integrator;

    private final double[] u;
    private final double[] square;
    private final double[][] spectrum;
    private final double[][] linear;
    private int steps;

    /**
     * @param simulation what errors call it
     * @param forcing the waves that δ is the sum of
     * @param u initial field; becomes the solver's own
     */
    CombinedEquation1d(
            CombinedEquation1dSpec spec,
            String simulation,
            Flux flux,
            List<SineWave> forcing,
            double[] u) {
        this.spec = spec;
        this.simulation = simulation;
        this.flux = flux;
        this.forcing = List.copyOf(forcing);
        this.u = u;
        this.transform = new PeriodicTransform1d(spec.cells());
        this.square = new double[u.length];
        int modes = 1 + PeriodicTransform1d.mostWaves(spec.cells());
        this.spectrum = new double[2][modes];
        this.linear = new double[2][modes];
        this.integrator = new IntegratingFactorRk4(linear, this::remainder, spec.tolerance());
        transform.forward(u, spectrum);
    }

    @Override
    public void advance() {
        setLinear();
        if (!integrator.advance(spectrum, time(), spec.timeStep())) {
            throw new SolverException(
                    ("%s: no step of %s from time %s within tolerance %s in %d tries")
                            .formatted(
                                    simulation,
                                    spec.timeStep(),
                                    time(),
                                    spec.tolerance(),
                                    IntegratingFactorRk4.MAX_TRIES));
        }
        transform.inverse(spectrum, u);
        steps++;
    }

    private void setLinear() {
        int highest = linear[0].length - 1;
        double steepest = 2 * Math.abs(flux.alpha()) * halfRange() / wavenumber(highest);
        double vanishing = Math.max(0, steepest - flux.beta());
        double plain = (double) highest / PLAIN_PART;
        for (int m = 0; m <= highest; m++) {
            double k = wavenumber(m);
            double cut = (highest - m) / (m - plain);
            double viscosity = m > plain ? vanishing * Math.exp(-cut * cut) : 0;
            linear[0][m] = -(flux.beta() + viscosity) * k * k;
            linear[1][m] = flux.gamma() * k * k * k;
        }
    }

    private double halfRange() {
        double min = u[0];
        double max = u[0];
        for (double value : u) {
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        return (max - min) / 2;
    }

    private double wavenumber(int mode) {
        return 2 * Math.PI * mode / spec.length();
    }

    /** δ - ∂/∂x α u². */
    private void remainder(double time, double[][] v, double[][] result) {
        transform.inverse(v, square);
        for (int i = 0; i < square.length; i++) {
            square[i] *= square[i];
        }
        transform.forward(square, result);
        for (int m = 0; m < result[0].length; m++) {
            double factor = flux.alpha() * wavenumber(m);
            double re = result[0][m];
            result[0][m] = factor * result[1][m];
            result[1][m] = -factor * re;
        }
        for (SineWave wave : forcing) {
            wave.addTo(result, time);
        }
    }

    @Override
    public double time() {
        return steps * spec.timeStep();
    }

    @Override
    public double[] field(int index) {
        return SolverField.only(index, "combined-equation-1d", u);
    }
}
