package io.penstock.bench.harness;

import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/** What a command line says to wrong use. */
public final class Usage {
    private Usage() {}

    /**
     * The command line of a command, which says in two lines what is wrong and where to look.
     *
     * @param name its name after {@code penstock}
     */
    public static CommandLine commandLine(Object command, String name) {
        return new CommandLine(command)
                .setParameterExceptionHandler(
                        (e, args) -> {
                            CommandLine line = e.getCommandLine();
                            line.getErr().println("penstock: " + e.getMessage());
                            line.getErr().println("Try 'penstock " + name + " --help'.");
                            return ExitCode.USAGE;
                        });
    }
}
