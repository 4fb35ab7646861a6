package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs in {@code examples/external-solver}, against the same scheme computed here. */
class ExternalSolverExamplesTest {
    private static final Path EXAMPLES =
            Path.of("..", "examples", "external-solver").toAbsolutePath().normalize();
    private static final int NODES = 40;
    private static final int STEPS = 20;
    private static final double TIME_STEP = 0.001;
    private static final double LEFT = 400.5;
    private static final double RIGHT = 100.0 / 3;
    private static final double INITIAL = 250;

    @TempDir Path folder;

    @Test
    void theOneInCComputesTheRod() throws Exception {
        assertComputesTheRod(List.of(compiled().toString()));
    }

    @Test
    void theOneInPythonComputesTheRod() throws Exception {
        assertComputesTheRod(python());
    }

    @Test
    void theOneInCSaysWhatIsWrong() throws Exception {
        assertSaysWhatIsWrong(List.of(compiled().toString()));
    }

    @Test
    void theOneInPythonSaysWhatIsWrong() {
        assertSaysWhatIsWrong(python());
    }

    private Path compiled() throws Exception {
        assumeThat(onPath("cc")).isTrue();
        Path program = folder.resolve("heat1d");
        Process compiler =
                new ProcessBuilder(
                                "cc",
                                "-O2",
                                "-std=c99",
                                "-Wall",
                                "-Werror",
                                "-o",
                                program.toString(),
                                EXAMPLES.resolve("heat1d.c").toString(),
                                "-lm")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(compiler.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(compiler.exitValue()).as(said).isZero();
        return program;
    }

    private static List<String> python() {
        assumeThat(onPath("python3")).isTrue();
        return List.of("python3", EXAMPLES.resolve("heat1d.py").toString());
    }

    private static boolean onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, program)));
    }

    private void assertComputesTheRod(List<String> program)
            throws IOException, InterruptedException {
        var spec = spec(program, Integer.toString(NODES));
        var rod = new Rod();
        try (Solver solver = spec.start(new double[] {LEFT, RIGHT, INITIAL})) {
            for (int step = 1; step <= STEPS; step++) {
                solver.advance();
                rod.advance();
                assertThat(solver.time()).isEqualTo(step * TIME_STEP);
                for (int i = 0; i < NODES; i++) {
                    // Half a unit in the last place of a float, and the last places of doubles.
                    assertThat(solver.field(0)[i])
                            .as("node %d of step %d", i, step)
                            .isCloseTo(rod.u[i + 1], within(0.51 * Math.ulp((float) rod.u[i + 1])));
                }
            }
            assertThatThrownBy(solver::advance).hasMessageContaining("exit code 0");
        }
    }

    private void assertSaysWhatIsWrong(List<String> program) {
        try (Solver solver = spec(program, "-1").start(new double[] {LEFT, RIGHT, INITIAL})) {
            assertThatThrownBy(solver::advance)
                    .hasMessageContaining("exit code 1")
                    .hasMessageContaining("NODES, STEPS and TIME_STEP must be above 0");
        }
    }

    private ExternalSolverSpec spec(List<String> program, String nodes) {
        var command = new ArrayList<>(program);
        command.addAll(List.of(nodes, Integer.toString(STEPS), Double.toString(TIME_STEP)));
        return new ExternalSolverSpec(
                command,
                folder.toString(),
                List.of("left", "right", "initial"),
                List.of(new SolverField("temperature", List.of(NODES))),
                Duration.ofMinutes(1));
    }

    /** Explicit Euler with as many steps to a time step as stability asks for. */
    private static final class Rod {
        private double[] u = new double[NODES + 2];

        Rod() {
            Arrays.fill(u, INITIAL);
            u[0] = LEFT;
            u[NODES + 1] = RIGHT;
        }

        void advance() {
            double h = 1.0 / (NODES + 1);
            int substeps = (int) Math.ceil(TIME_STEP / (0.4 * h * h));
            double r = TIME_STEP / substeps / (h * h);
            for (int substep = 0; substep < substeps; substep++) {
                double[] next = u.clone();
                for (int i = 1; i <= NODES; i++) {
                    next[i] = u[i] + r * (u[i - 1] - 2 * u[i] + u[i + 1]);
                }
                u = next;
            }
        }
    }
}
