package io.penstock.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What all commands have in common. */
@Command(
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        versionProvider = Version.class,
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%nParameters:%n",
        descriptionHeading = "%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it was started and failed",
            "2:nothing was started: the command line, the study or its surroundings are at fault",
            "130:it was stopped by Ctrl-C, and wrote its report"
        },
        footerHeading = "%nExamples:%n")
final class Conventions {
    /** Looked for on the command line itself, since an error may come before it is parsed. */
    static final String DEBUG = "--debug";

    @Option(names = DEBUG, description = "Print the stack trace of an error.")
    boolean debug;
}
