package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;

/** On a square of side 2π, where modes are whole numbers of waves. */
class VorticityAdvectionTest {
    private static final int ROWS = 16;
    private static final int COLUMNS = 32;

    private final PeriodicTransform2d transform = new PeriodicTransform2d(ROWS, COLUMNS);
    private final VorticityAdvection advection =
            new VorticityAdvection(new PeriodicSquare(ROWS, COLUMNS, 2 * Math.PI), transform);

    @Test
    void carriesVorticityWithTheVelocityOfItsStreamFunction() {
        // w = cos x + 2 cos 2y, so ψ = cos x + cos(2y) / 2, u = (-sin 2y, sin x), and
        // -u·∇w = -(sin 2y sin x - 4 sin x sin 2y).
        double[] w = modes((x, y) -> Math.cos(x) + 2 * Math.cos(2 * y));
        double[] tendency = new double[w.length];
        advection.apply(w, tendency);

        double[] expected = modes((x, y) -> 3 * Math.sin(x) * Math.sin(2 * y));
        assertThat(tendency).containsExactly(expected, within(1e-11));
    }

    @Test
    void tellsHowFastTheFlowPassesItsSteepestModes() {
        // u = (-sin 2y, 3 sin x); 5 waves are kept along y, 10 along x.
        double[] w = modes((x, y) -> 3 * Math.cos(x) + 2 * Math.cos(2 * y));

        assertThat(advection.apply(w, new double[w.length]))
                .isCloseTo(10 * 1 + 5 * 3, within(1e-12));
    }

    @Test
    void neitherMakesNorLosesEnergyOrEnstrophyWithAllModesExcited() {
        var random = new Random(2);
        double[] w = modes((x, y) -> random.nextGaussian());
        double[] tendency = new double[w.length];
        advection.apply(w, tendency);

        double energy = 0;
        double enstrophy = 0;
        double size = 0;
        for (int mode = 1; mode < ROWS * COLUMNS; mode++) {
            double product =
                    w[2 * mode] * tendency[2 * mode] + w[2 * mode + 1] * tendency[2 * mode + 1];
            int wavesX = PeriodicTransform2d.wavenumber(mode % COLUMNS, COLUMNS);
            int wavesY = PeriodicTransform2d.wavenumber(mode / COLUMNS, ROWS);
            energy += product / (wavesX * wavesX + wavesY * wavesY);
            enstrophy += product;
            size += Math.abs(product);
        }
        assertThat(energy / size).isCloseTo(0, within(1e-14));
        assertThat(enstrophy / size).isCloseTo(0, within(1e-14));
    }

    @Test
    void keepsNeitherTheMeanNorModesThatWouldBeAliased() {
        double[] modes = modes((x, y) -> 1 + Math.cos(10 * x) + Math.cos(11 * x) + Math.cos(6 * y));

        assertThat(modes).containsExactly(modes((x, y) -> Math.cos(10 * x)), within(1e-11));
        assertThat(modes[2 * 10]).isCloseTo(ROWS * COLUMNS / 2.0, within(1e-11));
    }

    private double[] modes(DoubleBinaryOperator field) {
        double[] modes = new double[2 * ROWS * COLUMNS];
        for (int k = 0; k < ROWS * COLUMNS; k++) {
            int row = k / COLUMNS;
            int column = k % COLUMNS;
            modes[2 * k] =
                    field.applyAsDouble(2 * Math.PI * column / COLUMNS, 2 * Math.PI * row / ROWS);
        }
        transform.forward(modes);
        advection.truncate(modes);
        return modes;
    }
}
