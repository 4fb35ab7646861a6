/** Numerical solvers and the parameters they are run with. */
@NullMarked
package io.penstock.solver;

import org.jspecify.annotations.NullMarked;
