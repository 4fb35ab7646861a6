package io.penstock.solver;

import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.RealLinearOperator;
import org.hipparchus.linear.RealVector;

/**
 * The matrix I - dt D Δ of an implicit Euler step, never formed: Δ is the 5-point Laplacian with
 * zeros outside the grid. Symmetric and positive definite; its eigenvalues lie between 1 and 1 + 4
 * (alongX + alongY).
 */
final class ImplicitHeatOperator implements RealLinearOperator {
    private final int columns;
    private final double alongX;
    private final double alongY;
    private final double[] product;
    private final RealVector result;

    private ImplicitHeatOperator(int rows, int columns, double alongX, double alongY) {
        this.columns = columns;
        this.alongX = alongX;
        this.alongY = alongY;
        this.product = new double[rows * columns];
        this.result = new ArrayRealVector(product, false);
    }

    static ImplicitHeatOperator of(Heat2dSpec spec) {
        double hx = spec.length() / (spec.columns() + 1);
        double hy = spec.length() / (spec.rows() + 1);
        double scale = spec.timeStep() * spec.diffusivity();
        return new ImplicitHeatOperator(
                spec.rows(), spec.columns(), scale / (hx * hx), scale / (hy * hy));
    }

    /** dt D / hx². */
    double alongX() {
        return alongX;
    }

    /** dt D / hy². */
    double alongY() {
        return alongY;
    }

    /**
     * Iterations within which conjugate gradient reaches a relative residual, with a margin. The
     * energy norm of the error falls below ε in ½ √κ ln(2/ε) iterations, κ the condition number
     * (Saad, Iterative Methods for Sparse Linear Systems, 6.11.3); the residual may exceed it by
     * √κ.
     */
    int maxIterations(double tolerance) {
        double root = Math.sqrt(1 + 4 * (alongX + alongY));
        return (int) Math.min(1e9, 20 + root * Math.log(2 * root / tolerance));
    }

    @Override
    public int getRowDimension() {
        return product.length;
    }

    @Override
    public int getColumnDimension() {
        return product.length;
    }

    /** The product with a vector; the vector returned is overwritten by the next call. */
    @Override
    public RealVector operate(RealVector vector) {
        double[] v = vector instanceof ArrayRealVector a ? a.getDataRef() : vector.toArray();
        double centre = 1 + 2 * (alongX + alongY);
        for (int k = 0; k < v.length; k++) {
            product[k] = centre * v[k];
        }
        for (int row = 0; row < v.length; row += columns) {
            subtract(alongX, v, row, row + 1, columns - 1);
            subtract(alongX, v, row + 1, row, columns - 1);
        }
        subtract(alongY, v, 0, columns, v.length - columns);
        subtract(alongY, v, columns, 0, v.length - columns);
        return result;
    }

    /** product[from…] -= factor × v[neighbour…]. */
    private void subtract(double factor, double[] v, int from, int neighbour, int count) {
        for (int k = 0; k < count; k++) {
            product[from + k] -= factor * v[neighbour + k];
        }
    }
}
