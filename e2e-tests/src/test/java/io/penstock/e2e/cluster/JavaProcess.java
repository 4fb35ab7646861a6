package io.penstock.e2e.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A JVM of its own. It does not outlive this one. */
public final class JavaProcess implements AutoCloseable {
    private static final long LIMIT_SECONDS = 20;

    private final String name;
    private final Path log;
    private final Process process;
    private final Thread killer;

    private JavaProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
        this.killer = new Thread(process::destroyForcibly, "kill-" + name);
        // For a test JVM that is told to end before the test is over.
        Runtime.getRuntime().addShutdownHook(killer);
    }

    /**
     * Starts one, with the flags that every JVM of the project needs.
     *
     * @param name what it is, for errors
     * @param log file that what it says is added to
     * @param flags further JVM flags
     * @param classPath its class path
     * @param main class whose {@code main} it runs
     */
    public static JavaProcess start(
            String name,
            Path log,
            List<String> flags,
            String classPath,
            String main,
            List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(System.getProperty("penstock.jvm.flags").split("\\s+")));
        command.addAll(flags);
        command.add("-cp");
        command.add(classPath);
        command.add(main);
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        return new JavaProcess(name, log, builder.start());
    }

    /** Fails when it has ended. */
    public void requireAlive() {
        if (!process.isAlive()) {
            throw new AssertionError(
                    name + " ended with exit code " + process.exitValue() + "; see " + log);
        }
    }

    /** Waits for its end, and returns its exit code. */
    public int awaitExit() throws InterruptedException {
        if (!process.waitFor(3 * LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(name + " does not end");
        }
        return process.exitValue();
    }

    /** Its id. */
    public long pid() {
        return process.pid();
    }

    /** Its resident memory, as the system tells it. */
    public long residentBytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .sum();
        }
    }

    /** Ends it as a power cut would. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(name + " does not end");
        }
    }

    /** Stops it where it is: to others it is there, and does not answer. */
    public void freeze() throws Exception {
        signal("-STOP");
    }

    /** Lets it go on. */
    public void thaw() throws Exception {
        signal("-CONT");
    }

    private void signal(String signal) throws Exception {
        int code = new ProcessBuilder("kill", signal, Long.toString(pid())).start().waitFor();
        if (code != 0) {
            throw new AssertionError("kill " + signal + " of " + name + ": exit code " + code);
        }
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(killer);
    }
}
