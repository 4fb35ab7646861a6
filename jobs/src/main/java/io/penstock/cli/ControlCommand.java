package io.penstock.cli;

import io.penstock.schemas.ControlKind;
import io.penstock.setting.Check;
import io.penstock.setting.InvalidSettingException;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Controls a training that runs. */
@Command(
        name = "control",
        description = {
            "Controls a training that runs: pauses and resumes it, changes its learning rate, takes"
                    + " a savepoint, stops it.",
            "Waits until every shard has taken the control, or until the savepoint or the stop is"
                    + " done; exit code 1 if that fails or takes too long."
        },
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "  penstock control pause study.yaml --kafka broker:9092",
            "  penstock control learning-rate 1e-4 study.yaml --kafka broker:9092",
            "  penstock control stop study.yaml --kafka broker:9092 --flink jobmanager:8081"
        })
public final class ControlCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is missing after control; there are pause, resume, learning-rate,"
                        + " savepoint, stop");
    }

    /** Pauses it. */
    @Command(name = "pause", description = "Trains no further; samples are taken in.")
    int pause(@Mixin ControlTarget target) throws IOException {
        return target.steer(ControlKind.PAUSE, null);
    }

    /** Resumes it. */
    @Command(name = "resume", description = "Trains again.")
    int resume(@Mixin ControlTarget target) throws IOException {
        return target.steer(ControlKind.RESUME, null);
    }

    /** Changes its learning rate. */
    @Command(
            name = "learning-rate",
            description = "Sets the rate of the next step; the schedule goes on from it.")
    int learningRate(
            @Parameters(paramLabel = "VALUE", description = "The rate, above 0.") double value,
            @Mixin ControlTarget target)
            throws IOException {
        try {
            Check.above(0, "learning-rate", value);
        } catch (InvalidSettingException e) {
            throw UsageException.of(e.key(), e);
        }
        return target.steer(ControlKind.SET_LEARNING_RATE, value);
    }

    /** Takes a savepoint. */
    @Command(name = "savepoint", description = "Takes a savepoint of the training job.")
    int savepoint(@Mixin ControlTarget target, @Mixin AgentOptions options) throws IOException {
        return target.command(ControlKind.SAVEPOINT, options);
    }

    /** Stops it. */
    @Command(
            name = "stop",
            description =
                    "Takes no more samples, trains on all that were received, publishes the"
                            + " last model and ends, with a savepoint; ends the ensemble too.")
    int stop(@Mixin ControlTarget target, @Mixin AgentOptions options) throws IOException {
        return target.command(ControlKind.STOP, options);
    }
}
