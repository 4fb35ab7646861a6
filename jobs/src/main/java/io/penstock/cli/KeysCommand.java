package io.penstock.cli;

import io.penstock.study.StudyKeys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the table of all keys that the README shows. */
@Command(
        name = "keys",
        hidden = true,
        description = "Prints the table of all keys of a study file, in Markdown.",
        footer = "  penstock keys > keys.md")
public final class KeysCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().getOut().print(StudyKeys.markdown());
        spec.commandLine().getOut().flush();
    }
}
