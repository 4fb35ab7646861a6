package io.penstock.solver;

import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.ConjugateGradient;
import org.hipparchus.linear.RealVector;

/**
 * ∂u/∂t = D Δu on a square of side L with Dirichlet walls.
 *
 * <p>The unknowns are the nodes (i, j), i &lt; rows, j &lt; columns, at x = (j + 1) hx and y = (i +
 * 1) hy with hx = L / (columns + 1) and hy = L / (rows + 1); the walls lie on the nodes around
 * them. The 5-point Laplacian is second order in space, implicit Euler first order in time and
 * stable for every time step. A step solves (I - dt D Δ) u' = u + dt D w, where w carries the
 * walls, by conjugate gradient from the previous step, until the residual is at most {@link
 * Heat2dSpec#tolerance()} times the right-hand side, both in the Euclidean norm.
 */
final class Heat2d implements Solver {
    /** Temperatures of the four walls. */
    record Walls(double west, double east, double south, double north) {}

    private final Heat2dSpec spec;
    private final Walls walls;
    private final ImplicitHeatOperator matrix;
    private final int maxIterations;
    private final ConjugateGradient conjugateGradient;
    private final String simulation;

    private final double[] u;
    private final double[] rightHandSide;
    private int steps;

    /**
     * @param simulation what errors call it
     * @param initial initial field, rows × columns, C order; becomes the solver's own
     */
    Heat2d(Heat2dSpec spec, String simulation, double[] initial, Walls walls) {
        this(
                spec,
                simulation,
                initial,
                walls,
                ImplicitHeatOperator.of(spec).maxIterations(spec.tolerance()));
    }

    /**
     * @param maxIterations conjugate-gradient iterations after which a step is given up
     */
    Heat2d(Heat2dSpec spec, String simulation, double[] initial, Walls walls, int maxIterations) {
        this.spec = spec;
        this.walls = walls;
        this.matrix = ImplicitHeatOperator.of(spec);
        this.maxIterations = maxIterations;
        this.conjugateGradient = new ConjugateGradient(maxIterations, spec.tolerance(), false);
        this.simulation = simulation;
        this.u = initial;
        this.rightHandSide = new double[initial.length];
    }

    @Override
    public void advance() {
        System.arraycopy(u, 0, rightHandSide, 0, u.length);
        addWalls();
        RealVector b = new ArrayRealVector(rightHandSide, false);
        RealVector x = new ArrayRealVector(u, false);
        try {
            conjugateGradient.solveInPlace(matrix, null, b, x);
        } catch (MathRuntimeException e) {
            double residual = b.subtract(matrix.operate(x)).getNorm() / b.getNorm();
            throw new SolverException(
                    ("%s: conjugate gradient did not converge at step %d: relative"
                                    + " residual %.3g after at most %d iterations, tolerance %s")
                            .formatted(
                                    simulation, steps, residual, maxIterations, spec.tolerance()),
                    e);
        }
        steps++;
    }

    private void addWalls() {
        int columns = spec.columns();
        for (int k = 0; k < u.length; k += columns) {
            rightHandSide[k] += matrix.alongX() * walls.west();
            rightHandSide[k + columns - 1] += matrix.alongX() * walls.east();
        }
        int lastRow = u.length - columns;
        for (int j = 0; j < columns; j++) {
            rightHandSide[j] += matrix.alongY() * walls.south();
            rightHandSide[lastRow + j] += matrix.alongY() * walls.north();
        }
    }

    @Override
    public double time() {
        return steps * spec.timeStep();
    }

    @Override
    public double[] field(int index) {
        return SolverField.only(index, "heat-2d", u);
    }
}
