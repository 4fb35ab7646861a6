package io.penstock.solver;

/**
 * ∂u/∂t = Du Δu - u v² + F (1 - u), ∂v/∂t = Dv Δv + u v² - (F + k) v on a periodic square.
 *
 * <p>The 5-point Laplacian is second order in space. In time, two explicit Euler steps are averaged
 * with where they started (Heun's method as Shu and Osher write it, SSP-RK2), second order. At the
 * spacings that resolve the patterns, diffusion is hardly faster than the reaction, so that an
 * implicit step would buy nothing.
 *
 * <p>A sub-step is at most {@link #STEP_TIMES_RATE} / (2 max(Du, Dv) (1/hx² + 1/hy²) + F + k + 2
 * max(u v) + max(v²)), which keeps 0 ≤ u ≤ 1 and v ≥ 0 for fields that start so: an Euler step
 * yields sums of the values before it with weights of 0 and above, also from the middle of the
 * step, where max(v²) has grown by a factor of at most (1 + 1/4)². As Σ(u + v) cannot exceed what
 * it was or the number of nodes, whichever is more, no field can grow without bound.
 */
final class GrayScott2d implements Solver {
    static final double STEP_TIMES_RATE = 0.5;

    /** F and k. */
    record Rates(double feed, double kill) {}

    private final GrayScott2dSpec spec;
    private final String simulation;
    private final Rates rates;
    private final double alongX;
    private final double alongY;

    private final double[] u;
    private final double[] v;
    private final double[] nextU;
    private final double[] nextV;
    private int steps;

    /**
     * @param simulation what errors call it
     * @param u initial field, rows × columns, C order; becomes the solver's own, as does v
     */
    GrayScott2d(GrayScott2dSpec spec, String simulation, Rates rates, double[] u, double[] v) {
        this.spec = spec;
        this.simulation = simulation;
        this.rates = rates;
        this.alongX = 1 / (spec.square().hx() * spec.square().hx());
        this.alongY = 1 / (spec.square().hy() * spec.square().hy());
        this.u = u;
        this.v = v;
        this.nextU = new double[u.length];
        this.nextV = new double[v.length];
    }

    @Override
    public void advance() {
        var subSteps = new SubSteps(simulation, time(), spec.timeStep());
        while (subSteps.remain()) {
            double dt = subSteps.next(fastestRate() / STEP_TIMES_RATE);
            euler(dt, u, v, 0, nextU, nextV);
            euler(dt, nextU, nextV, 0.5, u, v);
        }
        subSteps.requireFinite("u", u);
        subSteps.requireFinite("v", v);
        steps++;
    }

    /** The sum of the rates at which diffusion and reaction can change a value now, per time. */
    private double fastestRate() {
        double mostUv = 0;
        double mostVv = 0;
        for (int k = 0; k < u.length; k++) {
            mostUv = Math.max(mostUv, u[k] * v[k]);
            mostVv = Math.max(mostVv, v[k] * v[k]);
        }
        double diffusivity = Math.max(spec.diffusivityU(), spec.diffusivityV());
        return 2 * diffusivity * (alongX + alongY)
                + rates.feed()
                + rates.kill()
                + 2 * mostUv
                + mostVv;
    }

    /** Sets the fields "to" to keep × themselves + (1 - keep) × an Euler step of those "from". */
    private void euler(
            double dt, double[] fromU, double[] fromV, double keep, double[] toU, double[] toV) {
        int columns = spec.columns();
        int last = fromU.length - columns;
        double lossOfV = rates.feed() + rates.kill();
        for (int row = 0; row <= last; row += columns) {
            int south = row == 0 ? last : row - columns;
            int north = row == last ? 0 : row + columns;
            for (int j = 0; j < columns; j++) {
                int k = row + j;
                int west = j == 0 ? row + columns - 1 : k - 1;
                int east = j == columns - 1 ? row : k + 1;
                double hereU = fromU[k];
                double hereV = fromV[k];
                double reaction = hereU * hereV * hereV;
                double diffusionU = laplacian(fromU, k, west, east, south + j, north + j);
                double diffusionV = laplacian(fromV, k, west, east, south + j, north + j);
                double slopeU =
                        spec.diffusivityU() * diffusionU - reaction + rates.feed() * (1 - hereU);
                double slopeV = spec.diffusivityV() * diffusionV + reaction - lossOfV * hereV;
                toU[k] = keep * toU[k] + (1 - keep) * (hereU + dt * slopeU);
                toV[k] = keep * toV[k] + (1 - keep) * (hereV + dt * slopeV);
            }
        }
    }

    private double laplacian(double[] f, int k, int west, int east, int south, int north) {
        return alongX * (f[west] - 2 * f[k] + f[east]) + alongY * (f[south] - 2 * f[k] + f[north]);
    }

    @Override
    public double time() {
        return steps * spec.timeStep();
    }

    @Override
    public double[] field(int index) {
        return switch (index) {
            case 0 -> u;
            case 1 -> v;
            default ->
                    throw new IndexOutOfBoundsException(
                            "field " + index + "; gray-scott-2d has fields 0 and 1");
        };
    }
}
