package io.penstock.cli;

import java.util.List;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a script by which a shell completes the command line. */
@Command(
        name = "completion",
        description = {
            "Prints a script by which a shell completes penstock and ./penstock: commands, options"
                    + " and what options allow."
        },
        footer = {
            "  penstock completion bash > ~/.local/share/bash-completion/completions/penstock",
            "  penstock completion zsh > ~/.penstock-completion && . ~/.penstock-completion",
            "  . <(penstock completion bash)"
        })
final class CompletionCommand implements Runnable {
    /** What the launcher hands on to programs of their own. */
    private static final List<String> OF_THE_LAUNCHER = List.of("bench", "compare");

    enum Shell {
        bash,
        zsh
    }

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "SHELL", description = "The shell: ${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.bash;

    @Override
    public void run() {
        CommandLine line = spec.root().commandLine();
        for (String command : OF_THE_LAUNCHER) {
            if (!line.getSubcommands().containsKey(command)) {
                line.addSubcommand(command, new CommandLine(CommandSpec.create()));
            }
        }
        // One script for both: it tells them apart by itself.
        String script = AutoComplete.bash("penstock", line);
        Output.lines(
                spec,
                List.of(
                        script.stripTrailing(),
                        "complete -F _complete_penstock -o default ./penstock",
                        "# Made by penstock completion "
                                + shell.name().toLowerCase(Locale.ROOT)
                                + "."));
    }
}
