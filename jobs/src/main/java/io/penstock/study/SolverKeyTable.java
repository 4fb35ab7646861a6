package io.penstock.study;

import static io.penstock.study.KeyType.DURATION;
import static io.penstock.study.KeyType.INTEGER;
import static io.penstock.study.KeyType.INTEGERS;
import static io.penstock.study.KeyType.NUMBER;
import static io.penstock.study.KeyType.SECTION;
import static io.penstock.study.KeyType.TEXT;
import static io.penstock.study.KeyType.TEXTS;
import static io.penstock.study.KeyType.choice;
import static io.penstock.study.StudyKey.defaulted;
import static io.penstock.study.StudyKey.optional;
import static io.penstock.study.StudyKey.required;

import java.util.List;

/** The keys of a study's solver, see {@link StudyKeyTable}. */
final class SolverKeyTable {
    private static final String AXIS = "[cells], a power of two, 8 to 1048576";

    /** In the order of the documentation. */
    static final List<StudyKey> ALL =
            List.of(
                    optional(
                            "ensemble.solver",
                            SECTION,
                            "",
                            "What runs the simulations. Without it, external solvers do, which follow"
                                    + " simulation-requests."),
                    required(
                            "ensemble.solver.kind",
                            choice(SolverKinds.names()),
                            "",
                            "Which one; parameters and fields of each: see Solvers."),
                    required(
                            List.of("heat2d"),
                            "ensemble.solver.grid",
                            INTEGERS,
                            "[rows, columns]",
                            "Nodes inside the walls; the shape of the field."),
                    defaulted(
                            List.of("heat2d"),
                            "ensemble.solver.length",
                            NUMBER,
                            "10.0",
                            "above 0",
                            "Side of the plate."),
                    defaulted(
                            List.of("heat2d"),
                            "ensemble.solver.diffusivity",
                            NUMBER,
                            "1.0",
                            "above 0",
                            "D of ∂u/∂t = D Δu, length² per time."),
                    defaulted(
                            List.of("heat2d"),
                            "ensemble.solver.tolerance",
                            NUMBER,
                            "1.0e-6",
                            "1e-14 to 0.01",
                            "Relative residual at which conjugate gradient stops."),
                    defaulted(
                            List.of("lorenz"),
                            "ensemble.solver.tolerance",
                            NUMBER,
                            "1.0e-8",
                            "1e-14 to 0.01",
                            "Error of an internal step, absolute and relative."),
                    required(
                            List.of("advection1d", "combined1d"),
                            "ensemble.solver.grid",
                            INTEGERS,
                            AXIS,
                            "Cells of the periodic axis; the shape of the field."),
                    defaulted(
                            List.of("advection1d", "combined1d"),
                            "ensemble.solver.length",
                            NUMBER,
                            "16.0",
                            "1e-9 to 1e9",
                            "Length of the periodic axis."),
                    defaulted(
                            List.of("combined1d"),
                            "ensemble.solver.modes",
                            INTEGER,
                            "5",
                            "1 to 1000",
                            "Sine waves that the initial field and the forcing are made of."),
                    defaulted(
                            List.of("combined1d"),
                            "ensemble.solver.tolerance",
                            NUMBER,
                            "1.0e-5",
                            "1e-12 to 0.01",
                            "Error of an internal step, relative."),
                    required(
                            List.of("gray-scott2d"),
                            "ensemble.solver.grid",
                            INTEGERS,
                            "[rows, columns], each 4 or above",
                            "Nodes of the periodic square; the shape of the fields."),
                    defaulted(
                            List.of("gray-scott2d"),
                            "ensemble.solver.length",
                            NUMBER,
                            "1.0",
                            "above 0",
                            "Side of the square."),
                    defaulted(
                            List.of("gray-scott2d"),
                            "ensemble.solver.diffusivity-u",
                            NUMBER,
                            "2.0e-5",
                            "0 or above",
                            "How fast u spreads, length² per time."),
                    defaulted(
                            List.of("gray-scott2d"),
                            "ensemble.solver.diffusivity-v",
                            NUMBER,
                            "1.0e-5",
                            "0 or above",
                            "How fast v spreads, length² per time."),
                    required(
                            List.of("navier-stokes2d"),
                            "ensemble.solver.grid",
                            INTEGERS,
                            "[rows, columns], powers of two, each 4 or above",
                            "Nodes of the periodic square; the shape of the field."),
                    defaulted(
                            List.of("navier-stokes2d"),
                            "ensemble.solver.length",
                            NUMBER,
                            "6.283185307179586",
                            "above 0",
                            "Side of the square."),
                    defaulted(
                            List.of("navier-stokes2d"),
                            "ensemble.solver.forcing-wavenumber",
                            INTEGER,
                            "4",
                            "1 to a third of the rows",
                            "Waves of the force from south to north."),
                    defaulted(
                            List.of("navier-stokes2d"),
                            "ensemble.solver.drag",
                            NUMBER,
                            "0.1",
                            "0 or above",
                            "How fast the flow would slow down everywhere alike, per time."),
                    required(
                            List.of("external"),
                            "ensemble.solver.command",
                            TEXTS,
                            "a program, then its arguments",
                            "What is run once for every simulation: parameters come on its standard"
                                    + " input, frames go to its standard output, see"
                                    + " examples/external-solver."),
                    defaulted(
                            List.of("external"),
                            "ensemble.solver.folder",
                            TEXT,
                            ".",
                            "a path, relative to the study file",
                            "Where it is run."),
                    defaulted(
                            List.of("external"),
                            "ensemble.solver.step-timeout",
                            DURATION,
                            "5m",
                            "above 0, at most 366 days",
                            "How long it may say nothing before it counts as hung."));

    private SolverKeyTable() {}
}
