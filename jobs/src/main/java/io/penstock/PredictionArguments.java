package io.penstock;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The program arguments of a prediction job that is submitted to a cluster. */
@Command(name = "", sortOptions = false)
final class PredictionArguments {
    @Mixin private PredictionOptions options = new PredictionOptions();

    @Option(names = "--checkpoints", paramLabel = "URI")
    private @Nullable String checkpoints;

    private PredictionArguments() {}

    /**
     * Parses program arguments.
     *
     * @throws IllegalArgumentException if they cannot be understood; says what is allowed
     */
    static PredictionArguments parse(String... args) {
        PredictionArguments arguments = new PredictionArguments();
        try {
            new CommandLine(arguments).parseArgs(args);
        } catch (ParameterException e) {
            throw new IllegalArgumentException(
                    e.getMessage()
                            + " in the program arguments "
                            + Arrays.toString(args)
                            + "; allowed: STUDY [--kafka HOST:PORT] [--topic-prefix PREFIX]"
                            + " [--client-config FILE] [--batch N] [--latency TIME]"
                            + " [--gate PERCENT|off] [--parallelism N] [--checkpoints URI]",
                    e);
        }
        return arguments;
    }

    PredictionOptions options() {
        return options;
    }

    /** Where checkpoints go, instead of where the cluster says. */
    @Nullable String checkpoints() {
        return checkpoints;
    }
}
