package io.penstock.surrogate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * A gradient held against central differences of the loss Σ factor × prediction, along a direction
 * d = gradient / |gradient| + (± 1) / √n, along which the derivative is the gradient times d. Its
 * first part shows a gradient that is too much, its second one that misses something.
 *
 * <p>In float32 a short step is spoiled by rounding, seen to 9e-2 of the gradient's length, and a
 * long one by the bends of the loss within it, seen to 8e-1; the best of four, seen to 2.1e-3, is
 * to be within 5e-3.
 */
record DifferenceQuotient(
        Surrogate surrogate, NDList inputs, NDArray factors, UniformRandomProvider random) {
    private static final double TOLERANCE = 5e-3;
    private static final double[] STEPS = {1e-3, 4e-3, 1.6e-2, 6.4e-2};

    /** Asserts that the gradient of a tensor, a weight or an input, is right. */
    void assertGradient(String name, NDArray tensor) {
        float[] gradient = tensor.getGradient().toFloatArray();
        double length = Math.sqrt(dot(gradient, gradient));
        assertThat(length).as("length of the gradient of %s", name).isPositive();
        float[] direction = new float[gradient.length];
        for (int i = 0; i < direction.length; i++) {
            double sign = random.nextBoolean() ? 1 : -1;
            direction[i] = (float) (gradient[i] / length + sign / Math.sqrt(direction.length));
        }
        double expected = dot(gradient, direction);
        double error =
                Arrays.stream(STEPS)
                        .map(step -> Math.abs(quotient(tensor, direction, step) - expected))
                        .min()
                        .orElseThrow();
        assertThat(error / length).as("error of the gradient of %s", name).isLessThan(TOLERANCE);
    }

    private double quotient(NDArray tensor, float[] direction, double step) {
        return (loss(tensor, direction, step) - loss(tensor, direction, -step)) / (2 * step);
    }

    private double loss(NDArray tensor, float[] direction, double step) {
        float[] before = tensor.toFloatArray();
        FloatBuffer values = NetworkCase.live(tensor);
        for (int i = 0; i < direction.length; i++) {
            values.put(i, (float) (before[i] + step * direction[i]));
        }
        float[] prediction = surrogate.forward(inputs, false).toFloatArray();
        values.put(0, before);
        return dot(factors.toFloatArray(), prediction);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
