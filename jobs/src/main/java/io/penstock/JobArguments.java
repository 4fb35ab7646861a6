package io.penstock;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The program arguments of a job that is submitted to a cluster. */
@Command(name = "", sortOptions = false)
final class JobArguments {
    @Parameters(paramLabel = "STUDY.yaml")
    private String study = "";

    @Option(names = "--kafka", paramLabel = "HOST:PORT")
    private @Nullable String kafka;

    @Option(names = "--checkpoints", paramLabel = "URI")
    private @Nullable String checkpoints;

    @Option(names = "--models", paramLabel = "URI")
    private @Nullable String models;

    private JobArguments() {}

    /**
     * Parses program arguments.
     *
     * @throws IllegalArgumentException if they cannot be understood; says what is allowed
     */
    static JobArguments parse(String... args) {
        JobArguments arguments = new JobArguments();
        CommandLine line = new CommandLine(arguments);
        try {
            line.parseArgs(args);
        } catch (ParameterException e) {
            throw new IllegalArgumentException(
                    e.getMessage()
                            + " in the program arguments "
                            + Arrays.toString(args)
                            + "; allowed: STUDY.yaml [--kafka HOST:PORT] [--checkpoints URI]"
                            + " [--models URI]",
                    e);
        }
        return arguments;
    }

    /** Path of the study file, where the program runs, or name of a bundled study. */
    String study() {
        return study;
    }

    /** The brokers, instead of the study's. */
    @Nullable String kafka() {
        return kafka;
    }

    /** Where checkpoints go, instead of where study or cluster say. */
    @Nullable String checkpoints() {
        return checkpoints;
    }

    /** Where large model versions go, instead of where the study says. */
    @Nullable String models() {
        return models;
    }
}
