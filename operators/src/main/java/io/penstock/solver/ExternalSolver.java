package io.penstock.solver;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Reads the frames of a program, as told by {@link ExternalSolverSpec}. */
final class ExternalSolver implements Solver {
    private static final byte[] MAGIC = "PSTK".getBytes(StandardCharsets.US_ASCII);
    private static final int COUNT_AT = MAGIC.length;
    private static final int TIME_AT = COUNT_AT + Integer.BYTES;
    private static final int VALUES_AT = TIME_AT + Double.BYTES;
    private static final int QUOTED_BYTES = 60;

    private final ExternalSolverSpec spec;
    private final double[] parameters;
    private final SolverProcess process;
    private final byte[] frame;
    private final ByteBuffer numbers;
    private final List<double[]> fields;

    private double time;
    private int steps;
    private boolean closed;

    ExternalSolver(ExternalSolverSpec spec, double[] parameters) {
        this.spec = spec;
        this.parameters = parameters.clone();
        int cells = spec.fields().stream().mapToInt(SolverField::cells).sum();
        this.frame = new byte[VALUES_AT + cells * Float.BYTES];
        this.numbers = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        this.fields = spec.fields().stream().map(ExternalSolver::unknown).toList();
        this.process = launch(spec, parameters);
    }

    private static double[] unknown(SolverField field) {
        double[] values = new double[field.cells()];
        Arrays.fill(values, Double.NaN);
        return values;
    }

    private static SolverProcess launch(ExternalSolverSpec spec, double[] parameters) {
        File folder = new File(spec.folder());
        String line =
                Arrays.stream(parameters)
                        .mapToObj(Double::toString)
                        .collect(Collectors.joining(" ", "", "\n"));
        try {
            return SolverProcess.start(spec.command(), folder, line);
        } catch (IOException e) {
            throw new SolverException(
                    ("external solver %s cannot be started in folder %s: %s; the folder must exist,"
                                    + " and the program be there or on PATH and be executable, on"
                                    + " every machine that solves")
                            .formatted(spec.command(), folder.getAbsolutePath(), e.getMessage()),
                    e);
        }
    }

    @Override
    public void advance() throws InterruptedException {
        try {
            readFrame();
        } catch (IOException e) {
            throw new SolverException(where() + "its output cannot be read: " + e, e);
        } catch (TimeoutException e) {
            throw new SolverException(
                    where()
                            + "no byte came within the step timeout of "
                            + spec.stepTimeout()
                            + "; "
                            + process.state(),
                    e);
        }
        time = numbers.getDouble(TIME_AT);
        numbers.position(VALUES_AT);
        for (double[] field : fields) {
            for (int cell = 0; cell < field.length; cell++) {
                field[cell] = numbers.getFloat();
            }
        }
        steps++;
    }

    /** Each part is checked as soon as it is there: more may never come. */
    private void readFrame() throws IOException, InterruptedException, TimeoutException {
        read(0, COUNT_AT);
        if (!Arrays.equals(MAGIC, 0, MAGIC.length, frame, 0, MAGIC.length)) {
            throw failure(
                    "a frame must begin with \"PSTK\" (50 53 54 4b), this one begins with %s; only"
                            + " frames may go to standard output, messages belong on standard"
                            + " error",
                    quoted(0, COUNT_AT));
        }
        read(COUNT_AT, VALUES_AT);
        long count = Integer.toUnsignedLong(numbers.getInt(COUNT_AT));
        int cells = (frame.length - VALUES_AT) / Float.BYTES;
        if (count != cells) {
            throw failure(
                    "the frame says that it has %d values, but the fields %s have %d cells",
                    count, spec.fields(), cells);
        }
        read(VALUES_AT, frame.length);
    }

    private void read(int start, int end)
            throws IOException, InterruptedException, TimeoutException {
        int reached = start + process.read(frame, start, end, spec.stepTimeout());
        if (reached == 0) {
            throw failure("the program ended before this step; a frame for it was expected");
        }
        if (reached < end) {
            throw failure(
                    "the program ended within the frame of this step, %d bytes of %d; it began %s",
                    reached, frame.length, quoted(0, Math.min(reached, COUNT_AT)));
        }
    }

    private String where() {
        return "external solver %s, parameters %s, step %d: "
                .formatted(spec.command(), Arrays.toString(parameters), steps);
    }

    private SolverException failure(String what, Object... values) {
        return new SolverException(where() + what.formatted(values) + "; " + process.state());
    }

    /** Bytes of the frame, as text with what follows so far, and in hexadecimal. */
    private String quoted(int start, int end) throws IOException {
        byte[] found = Arrays.copyOfRange(frame, start, end);
        String text =
                new String(found, StandardCharsets.ISO_8859_1)
                        + new String(
                                process.readAvailable(QUOTED_BYTES), StandardCharsets.ISO_8859_1);
        return "\"%s\" (%s …)"
                .formatted(
                        text.replaceAll("[^ -~]", "."),
                        HexFormat.ofDelimiter(" ").formatHex(found));
    }

    @Override
    public double time() {
        return time;
    }

    @Override
    public double[] field(int index) {
        return fields.get(index);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            process.close();
        }
    }
}
