package io.penstock.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Periodic convolution on a grid with a kernel given by its lowest Fourier modes, the layer of
 * Fourier neural operators (arXiv 2010.08895): x [k, cells, width] → Fourier transform, of which
 * the lowest modes are kept → each mode's channels times a complex matrix of its own, all other
 * modes 0 → back to [k, cells, width].
 *
 * <p>Channels come last, so that each transform is one product with the matrices of {@link
 * FourierAxis} and no axis moves. The matrices are constants, made once.
 *
 * <p>Weight [modes × 2 × width, width]: for each mode (C order of the axes, each in the order of
 * {@link FourierAxis}), the real, then the imaginary part of its matrix, a row for each channel
 * that comes out. It has two axes, so that {@link FanInUniform} finds the width as its fan in.
 */
final class SpectralConvolution {
    private final int width;
    private final List<FourierAxis> axes;
    private final int modes;
    private final List<NDArray> analyses = new ArrayList<>();
    private final List<NDArray> syntheses = new ArrayList<>();

    /**
     * @param width channels
     * @param grid extent of each axis, slowest first
     * @param modes modes of each axis, at most half of its extent
     */
    SpectralConvolution(int width, List<Integer> grid, int modes) {
        this.width = width;
        this.axes = axes(grid, modes);
        this.modes = axes.stream().mapToInt(FourierAxis::kept).reduce(1, Math::multiplyExact);
    }

    /** Extents of the weights. */
    long[] weightShape() {
        return new long[] {modes * 2L * width, width};
    }

    private static List<FourierAxis> axes(List<Integer> grid, int modes) {
        List<FourierAxis> axes = new ArrayList<>();
        for (int axis = 0; axis < grid.size(); axis++) {
            axes.add(new FourierAxis(grid.get(axis), modes, axis == grid.size() - 1));
        }
        return List.copyOf(axes);
    }

    /** Makes the constants, which live as long as the manager. */
    void initialize(NDManager manager) {
        for (FourierAxis axis : axes) {
            int modal = 2 * axis.kept();
            int spatial = axis.cells() * axis.parts();
            analyses.add(manager.create(axis.analysis(), new Shape(modal, spatial)));
            NDArray synthesis = manager.create(axis.synthesis(), new Shape(spatial, modal));
            syntheses.add(syntheses.isEmpty() ? ofProducts(synthesis) : synthesis);
        }
    }

    /**
     * The synthesis of z = x w, complex, from the products of their parts (re re, re im, im re, im
     * im), of which re z = re re - im im, im z = re im + im re.
     */
    private static NDArray ofProducts(NDArray synthesis) {
        try (NDArray ofParts = synthesis;
                NDList parts = ofParts.split(2, 1);
                NDArray minus = parts.get(0).neg()) {
            NDArray cross = parts.get(1);
            return NDArrays.concat(new NDList(parts.get(0), cross, cross, minus), 1);
        }
    }

    /** The convolution of x with the kernel that the weights give. */
    NDArray of(NDArray x, NDArray weights) {
        long k = x.getShape().get(0);
        NDArray y = x;
        for (int axis = axes.size() - 1; axis >= 0; axis--) {
            y = along(y, analyses.get(axis), k * cellsBefore(axis));
        }
        y = timesWeights(y, weights, k);
        for (int axis = 0; axis < axes.size(); axis++) {
            y = along(y, syntheses.get(axis), k * cellsBefore(axis));
        }
        return y.reshape(x.getShape());
    }

    private long cellsBefore(int axis) {
        return axes.stream().limit(axis).mapToLong(FourierAxis::cells).reduce(1, (a, b) -> a * b);
    }

    /** {@code matrix} [m, n] applied to the second axis of x seen as [outer, n, rest]. */
    private static NDArray along(NDArray x, NDArray matrix, long outer) {
        NDArray result = matrix.matMul(x.reshape(outer, matrix.getShape().get(1), -1));
        // It belongs to the manager of the matrix, which outlives the step.
        result.attach(x.getManager());
        return result;
    }

    /**
     * Of the modes [k, 2, modes, width] and the weights all products of one's parts with the
     * other's: [k, 2 of x, 2 of the weight, modes, width].
     */
    private NDArray timesWeights(NDArray x, NDArray weights, long k) {
        NDArray byMode =
                x.reshape(k, 2, modes, width).transpose(2, 1, 0, 3).reshape(modes, 2 * k, width);
        NDArray matrices = weights.reshape(modes, 2L * width, width);
        // The view of a weight belongs to the manager of the weights.
        matrices.attach(x.getManager());
        return byMode.batchMatMul(matrices.transpose(0, 2, 1))
                .reshape(modes, 2, k, 2, width)
                .transpose(2, 1, 3, 0, 4);
    }
}
