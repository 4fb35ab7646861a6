package io.penstock.compare;

import io.penstock.bench.harness.Usage;
import io.penstock.run.StopSignal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Repeats a comparison of the papers, prints its table and leaves tables and pictures. */
@Command(
        name = "penstock compare",
        description = {
            "Trains the same model online and offline, judges it on the same simulations, and says"
                    + " how it came out.",
            "Takes up to an hour; stopped with Ctrl-C it goes on where it was when called again."
        },
        footer = {
            "",
            "Examples:",
            "  penstock compare buffers --quick",
            "  penstock compare architectures --seeds 1 --out /data/compare"
        },
        usageHelpAutoWidth = true,
        sortOptions = false)
public final class Compare implements Callable<Integer> {
    private static final int INTERRUPTED = 130;
    private static final List<Experiment> ALL =
            List.of(
                    new BufferExperiment(),
                    new ArchitectureExperiment(),
                    new DrawsExperiment(),
                    new ContinualExperiment());

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "EXPERIMENT",
            description = "One of ${COMPLETION-CANDIDATES}.",
            completionCandidates = Names.class)
    private String name = "";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // Picocli reads it.
    private boolean help;

    @Option(names = "--quick", description = "Small, in minutes, for a first impression.")
    private boolean quick;

    @Option(names = "--full", description = "The paper's size: hours to days.")
    private boolean full;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "Runs of each arm, with the seeds 1 to N; 3, or 2 with --quick.")
    private @Nullable Integer seeds;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for what is left; default ${DEFAULT-VALUE}.")
    private Path out = Path.of("runs", "compare");

    private final StopSignal stop;

    Compare(StopSignal stop) {
        this.stop = stop;
    }

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine(StopSignal.install()).execute(args));
    }

    /** The command line. */
    static CommandLine commandLine(StopSignal stop) {
        return Usage.commandLine(new Compare(stop), "compare");
    }

    /** The names, for the help. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ALL.stream().map(Experiment::name).iterator();
        }
    }

    @Override
    public Integer call() throws Exception {
        Experiment experiment = chosen();
        if (quick && full) {
            throw new ParameterException(
                    spec.commandLine(), "--quick and --full exclude each other");
        }
        Experiment.Size size =
                quick
                        ? Experiment.Size.QUICK
                        : full ? Experiment.Size.FULL : Experiment.Size.DEFAULT;
        int runs = seeds == null ? size.seeds() : seeds;
        if (runs < 1 || runs > 100) {
            throw new ParameterException(
                    spec.commandLine(), "--seeds " + runs + " is not allowed; allowed: 1 to 100");
        }
        Path folder = out.resolve(experiment.name() + "-" + size.name().toLowerCase(Locale.ROOT));
        PrintWriter console = spec.commandLine().getOut();
        try {
            run(experiment, size, runs, folder, console);
            return ExitCode.OK;
        } catch (Interrupted e) {
            console.println("Stopped. What is done is kept; the same command goes on from here.");
            console.flush();
            return INTERRUPTED;
        }
    }

    private Experiment chosen() {
        return ALL.stream()
                .filter(experiment -> experiment.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new ParameterException(
                                        spec.commandLine(),
                                        "there is no experiment \""
                                                + name
                                                + "\"; there are "
                                                + ALL.stream().map(Experiment::name).toList()));
    }

    /** Runs all arms for all seeds, one after the other, and writes what they came to. */
    void run(
            Experiment experiment, Experiment.Size size, int runs, Path folder, PrintWriter console)
            throws Exception {
        List<Arm> arms = experiment.arms(size);
        ArmRun arm = new ArmRun(Files.createDirectories(folder), console, stop);
        List<List<ArmResult>> results = new ArrayList<>();
        arms.forEach(each -> results.add(new ArrayList<>()));
        int done = 0;
        // Seed by seed: whoever stops early has every arm at least once.
        for (int seed = 1; seed <= runs; seed++) {
            for (int i = 0; i < arms.size(); i++) {
                console.printf(
                        "%n[%d/%d] %s, seed %d%n",
                        ++done, arms.size() * runs, arms.get(i).title(), seed);
                console.flush();
                ArmResult result = arm.run(arms.get(i), seed);
                results.get(i).add(result);
                console.printf(
                        Locale.ROOT,
                        "error %.3e after %d batches, %.0f s%n",
                        result.error(),
                        result.batches(),
                        result.seconds());
                console.flush();
            }
        }
        List<ArmOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < arms.size(); i++) {
            outcomes.add(new ArmOutcome(arms.get(i), results.get(i)));
        }
        write(experiment, outcomes, folder, console);
    }

    private static void write(
            Experiment experiment, List<ArmOutcome> outcomes, Path folder, PrintWriter console)
            throws IOException {
        StringBuilder text = new StringBuilder("# " + experiment.title() + "\n\n");
        text.append(Tables.markdown(outcomes)).append('\n');
        text.append(
                "Training, s: of an online arm all of its run, with the start of broker and Flink,"
                        + " simulations, validations and checkpoints; of an offline one its steps"
                        + " alone, the simulations are in Before, s.\n\n");
        experiment.findings(outcomes).forEach(line -> text.append("- ").append(line).append('\n'));
        List<Path> pictures = new ArrayList<>(Plots.errors(outcomes, folder));
        if (experiment instanceof DrawsExperiment) {
            pictures.add(Plots.draws(outcomes, folder));
        }
        if (experiment instanceof BufferExperiment) {
            pictures.addAll(ParameterBias.pictures(outcomes, folder));
        }
        text.append('\n');
        for (Path picture : pictures) {
            text.append("![](").append(picture.getFileName()).append(")\n");
        }
        Files.writeString(folder.resolve("results.md"), text);
        Files.writeString(folder.resolve("results.csv"), Tables.csv(outcomes));
        console.println();
        console.println(text);
        console.println("Tables and pictures: " + folder.toAbsolutePath());
        console.flush();
    }
}
