package io.penstock.solver;

import io.penstock.setting.Check;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * A solver that is a program of its own, in any language: started once for each simulation, it
 * reads its parameters on standard input and writes its time steps on standard output.
 *
 * <p>Standard input: one line, the parameters in order as decimal numbers ({@link
 * Double#toString(double)}) with a blank between two, then its end. Standard output: for each time
 * step one frame, and nothing else, everything little-endian:
 *
 * <pre>
 * bytes  type      value
 * 0–3    4 bytes   the letters PSTK
 * 4–7    uint32    N, the number of values: the cells of all fields
 * 8–15   float64   physical time
 * 16–    float32   N values: the fields in order, each in C order
 * </pre>
 *
 * <p>Frames may be written as far ahead as the pipe allows, and must be flushed. Values are passed
 * on as they are, not-a-number and infinity too. Standard error is for messages; its end is quoted
 * when a step fails. The program may be ended (SIGTERM, a second later SIGKILL, with its
 * descendants) as soon as the last frame wanted is read: more frames are never looked at, and
 * neither is its exit code, which only an end before the last frame brings to light. It must run
 * until its last frame is written, even if a descendant writes it.
 *
 * @param command the program and its arguments; a path with a slash is resolved in {@code folder},
 *     a bare name is looked for on PATH
 * @param folder working folder of the program, such as {@code "."}, which is that of this process;
 *     its environment is that of this process too
 * @param parameters names of the parameters, at most 1000
 * @param fields the fields of a frame, of at most 2²⁸ cells in all
 * @param stepTimeout how long the program may write nothing while a frame is waited for; up to a
 *     year
 */
public record ExternalSolverSpec(
        List<String> command,
        String folder,
        List<String> parameters,
        List<SolverField> fields,
        Duration stepTimeout)
        implements SolverSpec {
    // The line of parameters, at most 25 bytes each, must fit into a pipe that nobody reads yet.
    private static final int MAX_PARAMETERS = 1000;
    private static final int MAX_CELLS = 1 << 28;
    private static final Duration MAX_TIMEOUT = Duration.ofDays(366);

    public ExternalSolverSpec {
        command = List.copyOf(command);
        parameters = List.copyOf(parameters);
        fields = List.copyOf(fields);
        Check.that(
                !command.isEmpty() && !command.get(0).isBlank(),
                "command",
                command,
                "a program, then its arguments");
        Check.notBlank("folder", folder);
        Check.that(
                parameters.size() <= MAX_PARAMETERS && distinct(parameters),
                "parameters",
                parameters,
                "at most " + MAX_PARAMETERS + " names, each once");
        Check.that(
                !fields.isEmpty()
                        && distinct(fields.stream().map(SolverField::name).toList())
                        && extent(fields) <= MAX_CELLS,
                "fields",
                fields,
                "one or more, each name once, with at most " + MAX_CELLS + " cells in all");
        Check.that(
                stepTimeout.compareTo(Duration.ZERO) > 0 && stepTimeout.compareTo(MAX_TIMEOUT) <= 0,
                "step-timeout",
                stepTimeout,
                "above 0 and at most 366 days");
    }

    private static boolean distinct(List<String> names) {
        return new HashSet<>(names).size() == names.size();
    }

    /** The cells of all fields, as a double, since their product may overflow an int. */
    private static double extent(List<SolverField> fields) {
        return fields.stream()
                .mapToDouble(
                        field ->
                                field.shape().stream()
                                        .mapToDouble(Integer::doubleValue)
                                        .reduce(1, (a, b) -> a * b))
                .sum();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Before the first step the time is 0 and the fields are not a number, since the program
     * tells no initial condition.
     */
    @Override
    public Solver start(double[] values) {
        if (values.length != parameters.size()
                || !Arrays.stream(values).allMatch(Double::isFinite)) {
            throw new SolverException(
                    "%d parameters %s; external solver %s takes %d finite numbers: %s"
                            .formatted(
                                    values.length,
                                    Arrays.toString(values),
                                    command,
                                    parameters.size(),
                                    parameters));
        }
        return new ExternalSolver(this, values);
    }
}
