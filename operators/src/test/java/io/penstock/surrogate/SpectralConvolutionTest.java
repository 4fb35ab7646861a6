package io.penstock.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SpectralConvolutionTest {
    private static final int WIDTH = 3;
    private static final int SAMPLES = 2;

    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(5);

    @AfterEach
    void free() {
        manager.close();
    }

    static Stream<Arguments> grids() {
        return Stream.of(
                Arguments.of(List.of(7), 3),
                Arguments.of(List.of(8), 4),
                Arguments.of(List.of(4, 5), 2),
                Arguments.of(List.of(6, 4), 1));
    }

    /** The definition, mode by mode, in double precision; float32 rounds at 6e-8 of some 1s. */
    @ParameterizedTest
    @MethodSource("grids")
    void isTheSumOverItsModes(List<Integer> grid, int modes) {
        int cells = grid.stream().reduce(1, Math::multiplyExact);
        float[] x = uniform(SAMPLES * cells * WIDTH);
        float[] w = uniform(wavesOf(grid, modes).size() * 2 * WIDTH * WIDTH);
        double[] expected = byDefinition(x, w, grid, wavesOf(grid, modes));
        float[] found = convolve(x, w, grid, modes);
        assertThat(found).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) found[i]).isCloseTo(expected[i], within(2e-6));
        }
    }

    @Test
    void passesTheWavesOfItsModesAndNoOthers() {
        float[] w = new float[3 * 2 * WIDTH * WIDTH];
        for (int mode = 0; mode < 3; mode++) {
            for (int channel = 0; channel < WIDTH; channel++) {
                w[mode * 2 * WIDTH * WIDTH + channel * WIDTH + channel] = 1;
            }
        }
        float[] kept = waves(2);
        float[] passed = convolve(kept, w, List.of(16), 3);
        float[] stopped = convolve(waves(3), w, List.of(16), 3);
        for (int i = 0; i < kept.length; i++) {
            assertThat(passed[i]).isCloseTo(kept[i], within(1e-6f));
            assertThat(stopped[i]).isCloseTo(0, within(1e-6f));
        }
    }

    /** Waves of one length on 16 cells, of another phase for each channel of each sample. */
    private static float[] waves(int number) {
        float[] x = new float[SAMPLES * 16 * WIDTH];
        for (int i = 0; i < x.length; i++) {
            int phase = i % WIDTH + i / (16 * WIDTH);
            x[i] = (float) Math.cos(2 * Math.PI * number * (i / WIDTH % 16) / 16 + phase);
        }
        return x;
    }

    private float[] convolve(float[] x, float[] w, List<Integer> grid, int modes) {
        SpectralConvolution convolution = new SpectralConvolution(WIDTH, grid, modes);
        convolution.initialize(manager);
        NDArray weights = manager.create(w, new Shape(convolution.weightShape()));
        int cells = x.length / SAMPLES / WIDTH;
        NDArray given = manager.create(x, new Shape(SAMPLES, cells, WIDTH));
        return convolution.of(given, weights).toFloatArray();
    }

    /** Wave numbers along each axis, of each mode in the order of its weights. */
    private static List<int[]> wavesOf(List<Integer> grid, int modes) {
        List<int[]> waves = new ArrayList<>();
        if (grid.size() == 1) {
            for (int f = 0; f < modes; f++) {
                waves.add(new int[] {f});
            }
            return waves;
        }
        for (int f = 0; f < 2 * modes; f++) {
            for (int g = 0; g < modes; g++) {
                waves.add(new int[] {f < modes ? f : f - 2 * modes, g});
            }
        }
        return waves;
    }

    private static double[] byDefinition(
            float[] x, float[] w, List<Integer> grid, List<int[]> waves) {
        double[] y = new double[x.length];
        for (int i = 0; i < waves.size() * WIDTH * WIDTH; i++) {
            int[] wave = waves.get(i / WIDTH / WIDTH);
            int out = i / WIDTH % WIDTH;
            int in = i % WIDTH;
            int row = i / WIDTH / WIDTH * 2 * WIDTH + out;
            double re = w[row * WIDTH + in];
            double im = w[(row + WIDTH) * WIDTH + in];
            for (int sample = 0; sample < SAMPLES; sample++) {
                double[] c = coefficient(x, sample, in, wave, grid);
                double[] product = {re * c[0] - im * c[1], re * c[1] + im * c[0]};
                addWave(y, sample, out, product, wave, grid);
            }
        }
        return y;
    }

    private static double[] coefficient(
            float[] x, int sample, int channel, int[] wave, List<Integer> grid) {
        int cells = x.length / SAMPLES / WIDTH;
        double[] sum = new double[2];
        for (int cell = 0; cell < cells; cell++) {
            double value = x[(sample * cells + cell) * WIDTH + channel] / (double) cells;
            sum[0] += value * Math.cos(phase(wave, cell, grid));
            sum[1] -= value * Math.sin(phase(wave, cell, grid));
        }
        return sum;
    }

    private static void addWave(
            double[] y,
            int sample,
            int channel,
            double[] coefficient,
            int[] wave,
            List<Integer> grid) {
        int cells = y.length / SAMPLES / WIDTH;
        double times = wave[wave.length - 1] > 0 ? 2 : 1;
        for (int cell = 0; cell < cells; cell++) {
            double phase = phase(wave, cell, grid);
            y[(sample * cells + cell) * WIDTH + channel] +=
                    times * (coefficient[0] * Math.cos(phase) - coefficient[1] * Math.sin(phase));
        }
    }

    private static double phase(int[] wave, int cell, List<Integer> grid) {
        double turns = 0;
        int rest = cell;
        for (int axis = grid.size() - 1; axis >= 0; axis--) {
            turns += (double) wave[axis] * (rest % grid.get(axis)) / grid.get(axis);
            rest /= grid.get(axis);
        }
        return 2 * Math.PI * turns;
    }

    private float[] uniform(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (2 * random.nextDouble() - 1);
        }
        return values;
    }
}
