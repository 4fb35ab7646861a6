package io.penstock.solver;

/**
 * u<sub>t</sub> + c u<sub>x</sub> = 0 on [0, L), periodic: u(t, x) = u(0, x - c t).
 *
 * <p>The Fourier series through the cells of the initial field is turned by exp(-2πi m c t / L) for
 * mode m, from the beginning at every step. So the only errors are rounding and what the initial
 * field has beyond the modes that the grid holds; they do not grow with time.
 */
final class Advection1d implements Solver {
    private final Advection1dSpec spec;
    private final double speed;
    private final PeriodicTransform1d transform;
    private final double[][] initial;
    private final double[][] turned;
    private final double[] u;
    private int steps;

    /**
     * @param speed c
     * @param u initial field; becomes the solver's own
     */
    Advection1d(Advection1dSpec spec, double speed, double[] u) {
        this.spec = spec;
        this.speed = speed;
        this.u = u;
        this.transform = new PeriodicTransform1d(spec.cells());
        this.initial = new double[2][transform.modes()];
        this.turned = new double[2][transform.modes()];
        transform.forward(u, initial);
    }

    @Override
    public void advance() {
        steps++;
        // What is left of the way when whole rounds are taken off, so that large angles stay exact.
        double rounds = Math.IEEEremainder(speed * time(), spec.length()) / spec.length();
        for (int m = 0; m < turned[0].length; m++) {
            double cos = Math.cos(2 * Math.PI * m * rounds);
            double sin = Math.sin(2 * Math.PI * m * rounds);
            turned[0][m] = initial[0][m] * cos + initial[1][m] * sin;
            turned[1][m] = initial[1][m] * cos - initial[0][m] * sin;
        }
        transform.inverse(turned, u);
    }

    @Override
    public double time() {
        return steps * spec.timeStep();
    }

    @Override
    public double[] field(int index) {
        return SolverField.only(index, "advection-1d", u);
    }
}
