package io.penstock.solver;

/**
 * The linear part of the vorticity equation, ∂w/∂t = ν Δw - μ w - A κ cos(κ y), solved exactly in
 * Fourier modes: mode k decays at the rate ν k² + μ towards what the force sustains.
 */
final class ViscousDecay {
    private final NavierStokes2dSpec spec;
    private final double viscosity;
    private final double force;
    private final double[] alongX;
    private final double[] alongY;
    private final double[] factors;
    private double gain;

    /**
     * @param amplitude A, force per mass
     */
    ViscousDecay(NavierStokes2dSpec spec, double viscosity, double amplitude) {
        this.spec = spec;
        this.viscosity = viscosity;
        this.alongX = new double[spec.columns()];
        this.alongY = new double[spec.rows()];
        this.factors = new double[spec.rows() * spec.columns()];
        // A cosine is two modes of half the nodes each.
        this.force = -amplitude * spec.forcedWavenumber() * factors.length / 2;
    }

    /** Sets the time that goes by in {@link #apply} and {@link #factor}. */
    void over(double time) {
        alongAxis(alongX, time);
        alongAxis(alongY, time);
        double dragged = Math.exp(-spec.drag() * time);
        for (int i = 0; i < alongY.length; i++) {
            for (int j = 0; j < alongX.length; j++) {
                factors[i * alongX.length + j] = dragged * alongY[i] * alongX[j];
            }
        }
        double rate = rate(spec.forcedWavenumber()) + spec.drag();
        gain = rate == 0 ? time : -Math.expm1(-rate * time) / rate;
    }

    private void alongAxis(double[] decay, double time) {
        double unit = 2 * Math.PI / spec.length();
        for (int k = 0; k < decay.length; k++) {
            int waves = PeriodicTransform2d.wavenumber(k, decay.length);
            decay[k] = Math.exp(-rate(unit * waves) * time);
        }
    }

    private double rate(double wavenumber) {
        return viscosity * wavenumber * wavenumber;
    }

    /** What the time leaves of a mode that no force sustains. */
    double factor(int mode) {
        return factors[mode];
    }

    /** Lets the time go by for all modes of a vorticity. */
    void apply(double[] w) {
        for (int mode = 0; mode < factors.length; mode++) {
            w[2 * mode] *= factors[mode];
            w[2 * mode + 1] *= factors[mode];
        }
        int forced = spec.forcingWavenumber() * spec.columns();
        int mirror = factors.length - forced;
        w[2 * forced] += gain * force;
        w[2 * mirror] += gain * force;
    }
}
