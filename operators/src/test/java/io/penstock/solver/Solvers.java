package io.penstock.solver;

/** Drives solvers that nobody interrupts. */
final class Solvers {
    private Solvers() {}

    static void advance(Solver solver) {
        try {
            solver.advance();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
