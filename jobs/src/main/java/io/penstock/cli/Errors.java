package io.penstock.cli;

import io.penstock.setting.InvalidSettingException;
import io.penstock.study.StudyException;
import java.io.PrintWriter;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Errors as one paragraph on the error stream; the stack trace only when asked for. */
final class Errors {
    private Errors() {}

    /** A command line that cannot be understood. */
    static int usage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("penstock: " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        trace(e, Arrays.asList(args).contains(Conventions.DEBUG), err);
        return ExitCode.USAGE;
    }

    /** A command that was understood and did not succeed. */
    static int execution(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        err.println("penstock: " + message(e));
        boolean debug = parsed.originalArgs().contains(Conventions.DEBUG);
        trace(e, debug, err);
        if (!debug && exitCode(e) == ExitCode.SOFTWARE) {
            err.println("Run the command again with --debug for the stack trace.");
        }
        return exitCode(e);
    }

    /** 2 for what is wrong with the question, 1 for what went wrong while answering it. */
    static int exitCode(Throwable e) {
        return e instanceof StudyException
                        || e instanceof UsageException
                        || e instanceof InvalidSettingException
                        || e instanceof ParameterException
                ? ExitCode.USAGE
                : ExitCode.SOFTWARE;
    }

    private static String message(Throwable e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.toString() : message;
    }

    private static void trace(Throwable e, boolean wanted, PrintWriter err) {
        if (wanted) {
            e.printStackTrace(err);
        }
        err.flush();
    }
}
