package io.penstock.cli;

import io.penstock.run.StopSignal;
import io.penstock.study.Study;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Runs the command line in this process, with a runner that only remembers what it was given. */
final class Invocation {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final int exitCode;
    private @Nullable Study study;
    private @Nullable RunOptions options;

    private Invocation(StudyRunner then, String... args) {
        StudyRunner runner =
                (given, how) -> {
                    study = given;
                    options = how;
                    return then.run(given, how);
                };
        CommandLine line =
                Penstock.commandLine(
                        List.of(
                                new DemoCommand(runner),
                                new RunCommand(runner),
                                new ValidateCommand(),
                                new DashboardCommand(StopSignal::new),
                                new ServeCommand(),
                                new TopicsCommand(),
                                new ControlCommand(),
                                new StatusCommand(),
                                new ModelsCommand(),
                                new RejectedCommand(),
                                new CompletionCommand(),
                                new KeysCommand()));
        exitCode =
                line.setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(args);
    }

    static Invocation of(String... args) {
        return new Invocation((study, options) -> 0, args);
    }

    static Invocation running(StudyRunner runner, String... args) {
        return new Invocation(runner, args);
    }

    int exitCode() {
        return exitCode;
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    /** Whether the runner was called. */
    boolean isStarted() {
        return study != null;
    }

    /** What the runner was to run. */
    Study study() {
        return Objects.requireNonNull(study, "nothing was started");
    }

    /** How it was to run it. */
    RunOptions options() {
        return Objects.requireNonNull(options, "nothing was started");
    }
}
