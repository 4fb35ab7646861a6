package io.penstock.surrogate;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.DoubleStream;

/**
 * The formulas of {@link MpPde} in double precision, node by node and pair by pair: for one field,
 * a bundle of 1, and features fewer than twice the decoder's least, so that its stride is 1.
 *
 * @param weights weights by name
 * @param scalars scalars of the only sample
 */
record MpPdeReference(Map<String, float[]> weights, double[] scalars) {
    double[] predict(double[] u, int layers, int neighbours) {
        int n = u.length;
        double[][] f = new double[n][];
        for (int i = 0; i < n; i++) {
            double[] known = row(new double[] {u[i], i / (double) n}, scalars);
            f[i] = dense("encoder_2", dense("encoder_1", known));
        }
        for (int layer = 0; layer < layers; layer++) {
            double[][] next = new double[n][];
            for (int i = 0; i < n; i++) {
                double[] mean = new double[f[i].length];
                for (int shift = -neighbours; shift <= neighbours; shift++) {
                    int j = Math.floorMod(i + shift, n);
                    double[] between = {u[i] - u[j], -shift / (double) n};
                    double[] message = twice("message" + layer, row(f[i], f[j], between, scalars));
                    for (int c = 0; c < mean.length && shift != 0; c++) {
                        mean[c] += message[c] / (2 * neighbours);
                    }
                }
                next[i] = twice("update" + layer, row(f[i], mean, scalars));
                for (int c = 0; c < mean.length; c++) {
                    next[i][c] += f[i][c];
                }
            }
            f = normalised(next);
        }
        double[] predicted = new double[n];
        for (int i = 0; i < n; i++) {
            predicted[i] = u[i] + decoded(f[i]);
        }
        return predicted;
    }

    private float[] weight(String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }

    private double[] twice(String name, double[] x) {
        return dense(name + "_2", dense(name + "_1", x));
    }

    private double[] dense(String name, double[] x) {
        float[] bias = weight(name + "_bias");
        double[] y = new double[bias.length];
        for (int m = 0; m < y.length; m++) {
            y[m] = swish(bias[m] + product(weight(name + "_weight"), m, x));
        }
        return y;
    }

    private static double product(float[] weight, int row, double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += weight[row * x.length + i] * x[i];
        }
        return sum;
    }

    private static double swish(double x) {
        return x / (1 + Math.exp(-x));
    }

    private static double[] row(double[]... parts) {
        return Arrays.stream(parts).flatMapToDouble(DoubleStream::of).toArray();
    }

    private static double[][] normalised(double[][] f) {
        for (int c = 0; c < f[0].length; c++) {
            int feature = c;
            double mean = Arrays.stream(f).mapToDouble(x -> x[feature]).average().orElseThrow();
            double variance =
                    Arrays.stream(f)
                            .mapToDouble(x -> (x[feature] - mean) * (x[feature] - mean))
                            .average()
                            .orElseThrow();
            for (double[] x : f) {
                x[c] = (x[c] - mean) / Math.sqrt(variance + 1e-5);
            }
        }
        return f;
    }

    private double decoded(double[] f) {
        float[] first = weight("decoder_1_weight");
        float[] second = weight("decoder_2_weight");
        int channels = weight("decoder_1_bias").length;
        int kernel = first.length / channels;
        int length = second.length / channels;
        double sum = weight("decoder_2_bias")[0];
        for (int c = 0; c < channels; c++) {
            for (int at = 0; at < length; at++) {
                double[] seen = Arrays.copyOfRange(f, at, at + kernel);
                double x = weight("decoder_1_bias")[c] + product(first, c, seen);
                sum += second[c * length + at] * swish(x);
            }
        }
        return sum;
    }
}
