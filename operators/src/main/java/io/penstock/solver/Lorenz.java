package io.penstock.solver;

import java.util.Arrays;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.ode.ODEState;
import org.hipparchus.ode.OrdinaryDifferentialEquation;
import org.hipparchus.ode.nonstiff.DormandPrince853Integrator;

/**
 * The Lorenz system by the explicit Runge-Kutta method of order 8(5,3) of Dormand and Prince, with
 * steps as long as {@link LorenzSpec#tolerance()} allows.
 *
 * <p>For σ, β ≥ 0 the exact solution is bounded: x² + y² + (z - σ - ρ)² decreases outside an
 * ellipsoid.
 */
final class Lorenz implements Solver {
    // A second or so of computing.
    private static final int MAX_EVALUATIONS = 20_000_000;

    private final LorenzSpec spec;
    private final String simulation;
    private final DormandPrince853Integrator integrator;
    private final OrdinaryDifferentialEquation equation;
    private double[] state;
    private int steps;

    /**
     * @param simulation what errors call it
     * @param parameters σ, ρ, β, then the initial x, y, z
     */
    Lorenz(LorenzSpec spec, String simulation, double[] parameters) {
        this.spec = spec;
        this.simulation = simulation;
        this.integrator =
                new DormandPrince853Integrator(
                        0, spec.timeStep(), spec.tolerance(), spec.tolerance());
        integrator.setMaxEvaluations(MAX_EVALUATIONS);
        this.equation = new Equation(parameters[0], parameters[1], parameters[2]);
        this.state = Arrays.copyOfRange(parameters, 3, 6);
    }

    private record Equation(double sigma, double rho, double beta)
            implements OrdinaryDifferentialEquation {
        @Override
        public int getDimension() {
            return 3;
        }

        @Override
        public double[] computeDerivatives(double time, double[] at) {
            return new double[] {
                sigma * (at[1] - at[0]), //
                at[0] * (rho - at[2]) - at[1], //
                at[0] * at[1] - beta * at[2]
            };
        }
    }

    @Override
    public void advance() {
        try {
            // The equation does not depend on time, so every step may begin at 0.
            state =
                    integrator
                            .integrate(equation, new ODEState(0, state), spec.timeStep())
                            .getPrimaryState();
        } catch (MathRuntimeException e) {
            // Too many evaluations, or a state that is no number.
            throw new SolverException(
                    "%s: no step from %s at time %s: %s"
                            .formatted(simulation, Arrays.toString(state), time(), e.getMessage()),
                    e);
        }
        steps++;
    }

    @Override
    public double time() {
        return steps * spec.timeStep();
    }

    @Override
    public double[] field(int index) {
        return SolverField.only(index, "lorenz", state);
    }
}
