package io.penstock.cli;

import io.penstock.run.StopSignal;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of Penstock. */
@Command(
        name = "penstock",
        description = "Trains deep surrogates of numerical simulations while the simulations run.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "  penstock demo",
            "  penstock validate study.yaml",
            "  penstock run study.yaml --seed 7",
            "  penstock dashboard",
            "  penstock status --kafka broker:9092",
            "  penstock run --help",
            "  penstock bench --quick"
        })
public final class Penstock implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    private Penstock() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        StudyRunner runner = new LiveStudyRunner();
        List<Object> commands =
                List.of(
                        new DemoCommand(runner),
                        new RunCommand(runner),
                        new ValidateCommand(),
                        new DashboardCommand(StopSignal::install),
                        new PredictCommand(),
                        new ServeCommand(),
                        new TopicsCommand(),
                        new ControlCommand(),
                        new StatusCommand(),
                        new ModelsCommand(),
                        new RejectedCommand(),
                        new CompletionCommand(),
                        new KeysCommand());
        System.exit(commandLine(commands).execute(args));
    }

    /**
     * The command line with these commands.
     *
     * @param commands objects annotated with {@link Command}, in the order of the help
     */
    static CommandLine commandLine(List<Object> commands) {
        CommandLine line = new CommandLine(new Penstock());
        commands.forEach(line::addSubcommand);
        addConventions(line);
        return line.setParameterExceptionHandler(Errors::usage)
                .setExecutionExceptionHandler(Errors::execution)
                .setExitCodeExceptionMapper(Errors::exitCode)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static void addConventions(CommandLine command) {
        command.addMixin("conventions", new Conventions());
        command.getSubcommands().values().forEach(Penstock::addConventions);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is missing; there are " + String.join(", ", visibleCommands()));
    }

    private List<String> visibleCommands() {
        return spec.subcommands().values().stream()
                .filter(command -> !command.getCommandSpec().usageMessage().hidden())
                .map(CommandLine::getCommandName)
                .toList();
    }
}
