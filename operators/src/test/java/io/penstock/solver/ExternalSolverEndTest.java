package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a program when its simulation is over: nothing. */
@EnabledOnOs(OS.LINUX)
class ExternalSolverEndTest {
    /** Its own process id, that of a child of it, and where its standard error goes. */
    private static final String TELL =
            "readlink /proc/$$/fd/2 > errors; sleep 60 & echo $! > child; echo $$ > parent; ";

    @TempDir Path folder;

    @Test
    void endsTheProcessAndItsDescendants() throws Exception {
        Solver solver = start(TELL + "wait");
        awaitThat(() -> running("parent") && running("child"));
        assertThat(Path.of(told("errors"))).exists();

        solver.close();
        solver.close();

        awaitThat(() -> !running("parent") && !running("child"));
        assertThat(Path.of(told("errors"))).doesNotExist();
    }

    @Test
    void letsTheProcessTidyUp() throws Exception {
        Solver solver = start("trap 'sleep 0.1; echo tidy > tidied; exit' TERM;" + TELL + "wait");
        awaitThat(() -> running("parent"));

        solver.close();

        assertThat(told("tidied")).isEqualTo("tidy");
    }

    @Test
    void killsWhatDoesNotEndWhenAsked() throws Exception {
        Solver solver = start("trap '' TERM; " + TELL + "wait");
        awaitThat(() -> running("parent") && running("child"));

        long before = System.nanoTime();
        solver.close();

        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
        awaitThat(() -> !running("parent") && !running("child"));
    }

    @Test
    void doesNotMindAProcessThatHasEnded() throws Exception {
        Solver solver = start(TELL + "kill $!; exit 5");
        awaitThat(() -> !told("parent").isEmpty() && !running("parent"));

        solver.close();

        assertThat(Path.of(told("errors"))).doesNotExist();
    }

    @Test
    void endsAStepWhenItsThreadIsInterrupted() throws Exception {
        Solver solver = start("printf PSTK; " + TELL + "wait");
        var interrupted =
                new FutureTask<>(
                        () -> {
                            try {
                                solver.advance();
                                return false;
                            } catch (InterruptedException e) {
                                solver.close();
                                return true;
                            }
                        });
        var thread = new Thread(interrupted);
        thread.start();
        awaitThat(() -> running("parent") && thread.getState() == Thread.State.TIMED_WAITING);
        long before = System.nanoTime();
        thread.interrupt();

        assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        awaitThat(() -> !running("parent") && !running("child"));
    }

    private Solver start(String script) {
        return new ExternalSolverSpec(
                        List.of("/bin/sh", "-c", script),
                        folder.toString(),
                        List.of(),
                        List.of(new SolverField("u", List.of(4))),
                        Duration.ofMinutes(1))
                .start(new double[0]);
    }

    private boolean running(String name) {
        String pid = told(name);
        // A zombie that nobody has waited for yet counts as alive, but has no command.
        return !pid.isEmpty()
                && ProcessHandle.of(Long.parseLong(pid))
                        .flatMap(process -> process.info().command())
                        .isPresent();
    }

    private String told(String file) {
        try {
            return Files.readString(folder.resolve(file)).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static void awaitThat(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time waited for it").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
