package io.penstock.cli;

import picocli.CommandLine.Option;

/** Whether the answer is for a program. */
final class JsonOption {
    @Option(
            names = "--json",
            description =
                    "Print JSON. Numbers that are not known are null, times are milliseconds.")
    private boolean wanted;

    boolean isWanted() {
        return wanted;
    }
}
