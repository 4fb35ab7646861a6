/**
 * Numerical solvers and the parameters they are run with.
 *
 * <p>A {@link io.penstock.solver.SolverSpec} says what is solved and {@linkplain
 * io.penstock.solver.SolverSpec#start starts} a {@link io.penstock.solver.Solver} for one set of
 * parameters; a {@link io.penstock.solver.RequestPlan} says which sets of parameters a study runs,
 * drawn by a {@link io.penstock.solver.ParameterSampler}. A solver is computed here, as {@link
 * io.penstock.solver.Heat2dSpec}, or by a program of its own, as {@link
 * io.penstock.solver.ExternalSolverSpec}.
 */
@NullMarked
package io.penstock.solver;

import org.jspecify.annotations.NullMarked;
