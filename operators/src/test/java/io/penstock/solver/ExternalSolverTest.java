package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What goes in and comes out, with programs that are a line of shell. */
@DisabledOnOs(OS.WINDOWS)
class ExternalSolverTest {
    private static final List<SolverField> FIELDS =
            List.of(new SolverField("u", List.of(2, 2)), new SolverField("v", List.of(3)));
    private static final int CELLS = 7;

    @TempDir Path folder;

    /** Three frames: at time 0.5 the values 0 to 6, at 1.0 from 10, at 1.5 from 20. */
    @BeforeEach
    void writeFrames() throws IOException {
        write("frames", frame(0.5, count(0)), frame(1, count(10)), frame(1.5, count(20)));
    }

    @Test
    void givesEveryFieldOfEveryFrame() throws Exception {
        try (Solver solver = start("cat frames")) {
            assertThat(solver.time()).isZero();
            assertThat(solver.field(0)).containsOnly(Double.NaN);
            solver.advance();
            assertThat(solver.time()).isEqualTo(0.5);
            assertThat(solver.field(0)).containsExactly(0, 1, 2, 3);
            assertThat(solver.field(1)).containsExactly(4, 5, 6);
            solver.advance();
            solver.advance();
            assertThat(solver.time()).isEqualTo(1.5);
            assertThat(solver.field(0)).containsExactly(20, 21, 22, 23);
            assertThat(solver.field(1)).containsExactly(24, 25, 26);
        }
    }

    @Test
    void takesFramesInPieces() throws Exception {
        String inPieces =
                "head -c 2 frames; sleep 0.02; tail -c +3 frames | head -c 30; sleep 0.02;"
                        + " tail -c +33 frames";
        try (Solver solver = start(inPieces)) {
            solver.advance();
            assertThat(solver.field(1)).containsExactly(4, 5, 6);
            solver.advance();
            assertThat(solver.field(1)).containsExactly(14, 15, 16);
        }
    }

    @Test
    void takesFramesLargerThanAPipe() throws Exception {
        float[] values = new float[1 << 18];
        var random = new Random(3);
        for (int cell = 0; cell < values.length; cell++) {
            values[cell] = random.nextFloat();
        }
        write("large", frame(1, values), frame(2, values));
        var fields = List.of(new SolverField("u", List.of(values.length)));
        try (Solver solver = spec("cat large", fields, 60_000).start(new double[2])) {
            for (int step = 1; step <= 2; step++) {
                solver.advance();
                double[] found = solver.field(0);
                assertThat(solver.time()).isEqualTo(step);
                assertThat(found).hasSize(values.length);
                for (int cell = 0; cell < values.length; cell++) {
                    if (found[cell] != values[cell]) {
                        assertThat(found[cell]).as("cell %d", cell).isEqualTo(values[cell]);
                    }
                }
            }
        }
    }

    @Test
    void passesOnValuesThatAreNotFinite() throws Exception {
        float infinity = Float.POSITIVE_INFINITY;
        write("frames", frame(0, new float[] {Float.NaN, infinity, -infinity, 0, 0, 0, 0}));
        try (Solver solver = start("cat frames")) {
            solver.advance();
            assertThat(solver.field(0)).containsExactly(Double.NaN, infinity, -infinity, 0);
        }
    }

    @Test
    void tellsTheParametersExactlyOnOneLine() throws Exception {
        double[] parameters = {-1.0 / 3, Double.MIN_VALUE};
        String line;
        try (Solver solver = spec("cat > line; cat frames", FIELDS, 60_000).start(parameters)) {
            solver.advance();
            line = Files.readString(folder.resolve("line"));
        }

        assertThat(line).isEqualTo("-0.3333333333333333 4.9E-324\n");
        assertThat(line.strip().split(" "))
                .extracting(Double::valueOf)
                .containsExactly(parameters[0], parameters[1]);
    }

    @Test
    void saysWhatStandsWhereAFrameShouldBegin() throws Exception {
        try (Solver solver = start("cat frames; echo Step 4 done; sleep 60")) {
            solver.advance();
            solver.advance();
            solver.advance();
            assertThatThrownBy(solver::advance)
                    .isInstanceOf(SolverException.class)
                    .hasMessageContaining("echo Step 4 done")
                    .hasMessageContaining("parameters [1.5, 2.5], step 3:")
                    .hasMessageContaining("\"Step 4 done.\" (53 74 65 70 …)")
                    .hasMessageContaining("messages belong on standard error")
                    .hasMessageContaining("the process is running");
        }
    }

    @Test
    void refusesAFrameOfAnotherSize() throws Exception {
        write("frames", frame(0.5, new float[CELLS + 1]));
        try (Solver solver = start("cat frames")) {
            assertThatThrownBy(solver::advance)
                    .isInstanceOf(SolverException.class)
                    .hasMessageContaining("step 0: the frame says that it has 8 values")
                    .hasMessageContaining("name=u, shape=[2, 2]")
                    .hasMessageContaining("have 7 cells");
        }
    }

    @Test
    void quotesExitCodeAndStandardErrorWhenTheProgramEndsEarly() throws Exception {
        String program = "cat frames; seq 1 1000 >&2; echo diverged at cell 17 >&2; exit 3";
        try (Solver solver = start(program)) {
            solver.advance();
            solver.advance();
            solver.advance();
            assertThatThrownBy(solver::advance)
                    .isInstanceOf(SolverException.class)
                    .hasMessageContaining("step 3: the program ended before this step")
                    .hasMessageContaining("exit code 3")
                    .hasMessageEndingWith("999\n1000\ndiverged at cell 17")
                    .hasMessageNotContaining("\n400\n");
        }
    }

    @Test
    void saysHowMuchOfAFrameThereIs() throws Exception {
        try (Solver solver = start("head -c 64 frames")) {
            solver.advance();
            assertThatThrownBy(solver::advance)
                    .isInstanceOf(SolverException.class)
                    .hasMessageContaining("step 1: the program ended within the frame")
                    .hasMessageContaining("20 bytes of 44")
                    .hasMessageContaining("exit code 0; nothing on its standard error");
        }
    }

    @Test
    void givesUpAProgramThatHangs() throws Exception {
        try (Solver solver =
                spec("head -c 20 frames; sleep 60", FIELDS, 100).start(new double[2])) {
            assertThatThrownBy(solver::advance)
                    .isInstanceOf(SolverException.class)
                    .hasMessageContaining("step 0: no byte came within the step timeout of PT0.1S")
                    .hasMessageContaining("the process is running");
        }
    }

    @Test
    void countsTheTimeoutFromTheLastByte() throws Exception {
        String slow =
                "head -c 20 frames; sleep 0.2; tail -c +21 frames | head -c 10; sleep 0.2;"
                        + " tail -c +31 frames";
        try (Solver solver = spec(slow, FIELDS, 350).start(new double[2])) {
            solver.advance();
            assertThat(solver.field(1)).containsExactly(4, 5, 6);
        }
    }

    @Test
    void namesAProgramThatDoesNotExist() {
        assertCannotStart(folder, "./no-such-solver", "No such file");
    }

    @Test
    void namesAProgramThatIsNotExecutable() {
        assertCannotStart(folder, "./frames", "Permission denied");
    }

    @Test
    void namesAFolderThatDoesNotExist() {
        assertCannotStart(folder.resolve("nowhere"), "cat", "No such file");
    }

    private static void assertCannotStart(Path folder, String program, String reason) {
        var spec =
                new ExternalSolverSpec(
                        List.of(program, "64"),
                        folder.toString(),
                        List.of(),
                        FIELDS,
                        Duration.ofMinutes(1));
        assertThatThrownBy(() -> spec.start(new double[0]))
                .isInstanceOf(SolverException.class)
                .hasMessageContaining("[" + program + ", 64] cannot be started in folder " + folder)
                .hasMessageContaining(reason)
                .hasMessageContaining("be executable, on every machine that solves");
    }

    private Solver start(String script) {
        return spec(script, FIELDS, 60_000).start(new double[] {1.5, 2.5});
    }

    private ExternalSolverSpec spec(String script, List<SolverField> fields, int timeoutMillis) {
        return new ExternalSolverSpec(
                List.of("/bin/sh", "-c", script),
                folder.toString(),
                List.of("left", "right"),
                fields,
                Duration.ofMillis(timeoutMillis));
    }

    private void write(String file, byte[]... frames) throws IOException {
        try (var out = Files.newOutputStream(folder.resolve(file))) {
            for (byte[] frame : frames) {
                out.write(frame);
            }
        }
    }

    private static float[] count(int first) {
        float[] values = new float[CELLS];
        for (int cell = 0; cell < CELLS; cell++) {
            values[cell] = first + cell;
        }
        return values;
    }

    private static byte[] frame(double time, float[] values) {
        ByteBuffer frame =
                ByteBuffer.allocate(16 + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        frame.put("PSTK".getBytes(StandardCharsets.US_ASCII));
        frame.putInt(values.length).putDouble(time);
        for (float value : values) {
            frame.putFloat(value);
        }
        return frame.array();
    }
}
