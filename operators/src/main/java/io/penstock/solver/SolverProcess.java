package io.penstock.solver;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The program behind an {@link ExternalSolver}: takes one line, gives bytes, and is ended with its
 * descendants. Its standard error goes to a temporary file, so that it never has to be read to keep
 * the program going.
 */
final class SolverProcess implements AutoCloseable {
    // As many looks take tens of microseconds: within a frame the pipe is full again by then.
    private static final int LOOKS_BEFORE_PAUSE = 50;
    private static final long FIRST_PAUSE_NANOS = 50_000;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000;
    private static final long GRACE_MILLIS = 1000;
    private static final int TAIL_BYTES = 2048;

    private final Process process;
    private final CompletableFuture<Process> exit;
    private final InputStream output;
    private final Path errors;

    private SolverProcess(Process process, Path errors) {
        this.process = process;
        this.exit = process.onExit();
        this.output = process.getInputStream();
        this.errors = errors;
    }

    /**
     * @param line written to the standard input of the program, which is then closed
     */
    static SolverProcess start(List<String> command, File folder, String line) throws IOException {
        Path errors = Files.createTempFile("penstock-solver-", ".stderr");
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .directory(folder)
                            .redirectError(errors.toFile())
                            .start();
        } catch (IOException e) {
            Files.delete(errors);
            throw e;
        }
        try (OutputStream input = process.getOutputStream()) {
            input.write(line.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // It has closed its input: it takes no parameters, or has failed, as its output tells.
        }
        return new SolverProcess(process, errors);
    }

    /**
     * Reads into {@code target} from {@code start} to {@code end}. Looks and pauses rather than
     * blocks, since nothing else can interrupt the reading of a pipe.
     *
     * @return how many bytes were read: fewer than asked for only if the process has ended
     * @throws TimeoutException if no byte comes for {@code timeout}
     */
    int read(byte[] target, int start, int end, Duration timeout)
            throws IOException, InterruptedException, TimeoutException {
        int at = start;
        int looks = 0;
        long waited = 0;
        while (at < end) {
            boolean over = exit.isDone(); // asked first: what it wrote before is available then
            int there = Math.min(output.available(), end - at);
            if (there > 0) {
                at += output.read(target, at, there);
                looks = 0;
                waited = 0;
            } else if (over) {
                break;
            } else if (++looks > LOOKS_BEFORE_PAUSE) {
                if (waited >= timeout.toNanos()) {
                    throw new TimeoutException();
                }
                waited += pause(waited);
            }
        }
        return at - start;
    }

    /** Bytes that can be read without waiting, at most {@code most}. */
    byte[] readAvailable(int most) throws IOException {
        return output.readNBytes(Math.min(output.available(), most));
    }

    /** Waits a quarter of what was waited before, within bounds, or until the process ends. */
    private long pause(long waited) throws InterruptedException, IOException {
        long nanos = Math.min(Math.max(FIRST_PAUSE_NANOS, waited / 4), LONGEST_PAUSE_NANOS);
        awaitExit(nanos, TimeUnit.NANOSECONDS);
        return nanos;
    }

    private void awaitExit(long time, TimeUnit unit) throws InterruptedException, IOException {
        try {
            exit.get(time, unit);
        } catch (TimeoutException e) {
            // It runs on.
        } catch (ExecutionException e) {
            throw new IOException(e);
        }
    }

    /** Whether it runs or how it ended, and the end of its standard error. */
    String state() {
        String said = tailOfErrors();
        return (process.isAlive()
                        ? "the process is running"
                        : "the process ended with exit code " + process.exitValue())
                + (said.isEmpty()
                        ? "; nothing on its standard error"
                        : "; the end of its standard error: " + said);
    }

    private String tailOfErrors() {
        try (RandomAccessFile file = new RandomAccessFile(errors.toFile(), "r")) {
            long length = file.length();
            byte[] tail = new byte[(int) Math.min(length, TAIL_BYTES)];
            file.seek(length - tail.length);
            file.readFully(tail);
            return new String(tail, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "(cannot be read: " + e.getMessage() + ")";
        }
    }

    /**
     * Asks the process and its descendants to end, and kills those left once the process itself has
     * ended, or after a second.
     */
    @Override
    public void close() {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroy(); // before its descendants: a shell would go on to its next command
        descendants.forEach(ProcessHandle::destroy);
        try {
            awaitExit(GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException | IOException e) {
            // Nothing to lose but the grace; Flink has spent its interrupts before it closes.
        }
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        try {
            output.close();
            Files.deleteIfExists(errors);
        } catch (IOException e) {
            // A file left among the temporary ones is no reason to fail a simulation that is over.
        }
    }
}
