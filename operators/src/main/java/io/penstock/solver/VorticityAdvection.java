package io.penstock.solver;

/**
 * The term -u·∇w of the vorticity w that a flow carries along, from Fourier modes to Fourier modes
 * (as {@link PeriodicTransform2d} lays them out).
 *
 * <p>The velocity is that of the stream function ψ, w = -Δψ, u = (∂ψ/∂y, -∂ψ/∂x). With it, -u·∇w =
 * (∂²/∂y² - ∂²/∂x²) (ux uy) + ∂²/∂x∂y (ux² - uy²), of which ux and uy are transformed as the two
 * parts of one complex field, and so are the two products: two transforms in all (Basdevant,
 * Journal of Computational Physics 50, 1983). Modes of n / 3 waves or more along an axis of n nodes
 * are kept at zero, so that no product is aliased (the 2/3 rule) and the modes that are left
 * neither lose nor gain energy or enstrophy.
 */
final class VorticityAdvection {
    private final int rows;
    private final int columns;
    private final double steepestX;
    private final double steepestY;
    private final PeriodicTransform2d transform;
    // One for each mode; zero where a mode is kept at zero.
    private final double[] alongX;
    private final double[] alongY;
    private final double[] inverseSquare;

    VorticityAdvection(PeriodicSquare square, PeriodicTransform2d transform) {
        this.rows = square.rows();
        this.columns = square.columns();
        this.transform = transform;
        this.alongX = new double[square.nodes()];
        this.alongY = new double[square.nodes()];
        this.inverseSquare = new double[square.nodes()];
        double unit = 2 * Math.PI / square.length();
        int mostX = PeriodicTransform1d.mostWaves(columns);
        int mostY = PeriodicTransform1d.mostWaves(rows);
        for (int mode = 1; mode < alongX.length; mode++) {
            int wavesX = PeriodicTransform2d.wavenumber(mode % columns, columns);
            int wavesY = PeriodicTransform2d.wavenumber(mode / columns, rows);
            if (Math.abs(wavesX) <= mostX && Math.abs(wavesY) <= mostY) {
                double x = unit * wavesX;
                double y = unit * wavesY;
                alongX[mode] = x;
                alongY[mode] = y;
                inverseSquare[mode] = 1 / (x * x + y * y);
            }
        }
        this.steepestX = unit * mostX;
        this.steepestY = unit * mostY;
    }

    /**
     * The frequency at which the steepest mode passes a node once a force per mass along x has
     * accelerated a fluid at rest for the time 1 / frequency.
     */
    double fastestUnderForce(double force) {
        return Math.sqrt(steepestX * Math.abs(force));
    }

    /** Sets the mean, and the modes that would be aliased, to zero. */
    void truncate(double[] modes) {
        for (int mode = 0; mode < inverseSquare.length; mode++) {
            if (inverseSquare[mode] == 0) {
                modes[2 * mode] = 0;
                modes[2 * mode + 1] = 0;
            }
        }
    }

    /**
     * Computes -u·∇w.
     *
     * @param w modes of a real vorticity, truncated
     * @param tendency receives the modes of -u·∇w, truncated
     * @return the highest frequency, as an angle per time, at which a kept mode passes a node
     */
    double apply(double[] w, double[] tendency) {
        velocity(w, tendency);
        transform.inverse(tendency);
        double fastest = 0;
        for (int k = 0; k < tendency.length; k += 2) {
            double ux = tendency[k];
            double uy = tendency[k + 1];
            fastest = Math.max(fastest, steepestX * Math.abs(ux) + steepestY * Math.abs(uy));
            tendency[k] = ux * uy;
            tendency[k + 1] = ux * ux - uy * uy;
        }
        transform.forward(tendency);
        differentiate(tendency);
        return fastest;
    }

    /** Modes of ux + i uy: ux is i ky w / k² and uy is -i kx w / k². */
    private void velocity(double[] w, double[] velocity) {
        for (int mode = 0; mode < inverseSquare.length; mode++) {
            double real = w[2 * mode] * inverseSquare[mode];
            double imaginary = w[2 * mode + 1] * inverseSquare[mode];
            velocity[2 * mode] = alongX[mode] * real - alongY[mode] * imaginary;
            velocity[2 * mode + 1] = alongX[mode] * imaginary + alongY[mode] * real;
        }
    }

    /**
     * Turns the modes of p + i q into those of (∂²/∂y² - ∂²/∂x²) p + ∂²/∂x∂y q, for real fields p
     * and q, whose modes k and -k are each other's conjugates.
     */
    private void differentiate(double[] z) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                int mode = i * columns + j;
                int mirror = (rows - i) % rows * columns + (columns - j) % columns;
                if (mode > mirror) {
                    continue;
                }
                double strain = alongX[mode] * alongX[mode] - alongY[mode] * alongY[mode];
                double shear = -alongX[mode] * alongY[mode];
                double a = z[2 * mode];
                double b = z[2 * mode + 1];
                double c = z[2 * mirror];
                double d = z[2 * mirror + 1];
                double real = (strain * (a + c) + shear * (b + d)) / 2;
                double imaginary = (strain * (b - d) - shear * (a - c)) / 2;
                z[2 * mode] = real;
                z[2 * mode + 1] = imaginary;
                z[2 * mirror] = real;
                z[2 * mirror + 1] = -imaginary;
            }
        }
    }
}
