package io.penstock.solver;

/**
 * ∂w/∂t = -u·∇w + ν Δw - μ w - A κ cos(κ y) on a periodic square, pseudo-spectral.
 *
 * <p>Space: {@link VorticityAdvection}. Time: the classical fourth-order Runge-Kutta method for
 * what {@link VorticityAdvection} adds to the exact solution of the linear part, {@link
 * ViscousDecay} (an integrating factor, which the force is part of; Lawson, SIAM Journal on
 * Numerical Analysis 4, 1967). Neither viscosity nor drag bounds the sub-step, and a flow without
 * advection is exact.
 *
 * <p>In a sub-step, the steepest mode passes a node by at most an angle of {@link
 * #STEP_TIMES_RATE}; Runge-Kutta is stable up to 2.8. A force that would set the fluid in motion
 * within the sub-step counts as the velocity that it brings about.
 */
final class NavierStokes2d implements Solver {
    static final double STEP_TIMES_RATE = 1;

    /** ν and A. */
    record Coefficients(double viscosity, double forcing) {}

    private final NavierStokes2dSpec spec;
    private final String simulation;
    private final PeriodicTransform2d transform;
    private final VorticityAdvection advection;
    private final ViscousDecay decay;
    private final double forcedRate;

    private final double[] vorticity;
    // Fourier modes, each a real part followed by an imaginary part.
    private final double[] w;
    private final double[] halfway;
    private final double[] sum;
    private final double[] stage;
    private final double[] slope;
    private int steps;

    /**
     * @param simulation what errors call it
     * @param vorticity initial field, rows × columns, C order; becomes the solver's own, less its
     *     mean and what would be aliased
     */
    NavierStokes2d(
            NavierStokes2dSpec spec,
            String simulation,
            Coefficients coefficients,
            double[] vorticity) {
        this.spec = spec;
        this.simulation = simulation;
        this.transform = new PeriodicTransform2d(spec.rows(), spec.columns());
        this.advection = new VorticityAdvection(spec.square(), transform);
        this.decay = new ViscousDecay(spec, coefficients.viscosity(), coefficients.forcing());
        this.forcedRate = advection.fastestUnderForce(coefficients.forcing());
        this.vorticity = vorticity;
        this.w = new double[2 * vorticity.length];
        this.halfway = new double[w.length];
        this.sum = new double[w.length];
        this.stage = new double[w.length];
        this.slope = new double[w.length];
        for (int k = 0; k < vorticity.length; k++) {
            w[2 * k] = vorticity[k];
        }
        transform.forward(w);
        advection.truncate(w);
        toNodes();
    }

    @Override
    public void advance() {
        var subSteps = new SubSteps(simulation, time(), spec.timeStep());
        while (subSteps.remain()) {
            double rate = advection.apply(w, slope) + forcedRate;
            rungeKutta(subSteps.next(rate / STEP_TIMES_RATE));
        }
        toNodes();
        subSteps.requireFinite("vorticity", vorticity);
        steps++;
    }

    /** A sub-step whose first slope is known. */
    private void rungeKutta(double dt) {
        decay.over(dt / 2);
        System.arraycopy(w, 0, halfway, 0, w.length);
        decay.apply(halfway);
        for (int k = 0; k < w.length; k++) {
            double decayed = slope[k] * decay.factor(k >> 1);
            stage[k] = halfway[k] + dt / 2 * decayed;
            sum[k] = halfway[k] + dt / 6 * decayed;
        }
        advection.apply(stage, slope);
        for (int k = 0; k < w.length; k++) {
            stage[k] = halfway[k] + dt / 2 * slope[k];
            sum[k] += dt / 3 * slope[k];
        }
        advection.apply(stage, slope);
        for (int k = 0; k < w.length; k++) {
            stage[k] = halfway[k] + dt * slope[k];
            sum[k] += dt / 3 * slope[k];
        }
        decay.apply(stage);
        advection.apply(stage, slope);
        decay.apply(sum);
        for (int k = 0; k < w.length; k++) {
            w[k] = sum[k] + dt / 6 * slope[k];
        }
    }

    private void toNodes() {
        System.arraycopy(w, 0, stage, 0, w.length);
        transform.inverse(stage);
        for (int k = 0; k < vorticity.length; k++) {
            vorticity[k] = stage[2 * k];
        }
    }

    @Override
    public double time() {
        return steps * spec.timeStep();
    }

    @Override
    public double[] field(int index) {
        return SolverField.only(index, "navier-stokes-2d", vorticity);
    }
}
