package io.penstock.bench;

import io.penstock.bench.harness.Benchmark;
import io.penstock.bench.harness.Outcome;
import io.penstock.bench.harness.Progress;
import io.penstock.bench.harness.Result;
import io.penstock.bench.harness.ResultFile;
import io.penstock.bench.harness.ResultTable;
import io.penstock.bench.harness.Settings;
import io.penstock.bench.harness.TouchedMemory;
import io.penstock.bench.harness.Usage;
import io.penstock.surrogate.TorchThreads;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.flink.util.FileUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs benchmarks, prints their table and leaves a file with every value. */
@Command(
        name = "penstock bench",
        description = {
            "Measures how fast Penstock is on this machine, every figure next to its reference.",
            "All of it takes about an hour and a half and up to 12 GiB of memory; nothing else"
                    + " should run meanwhile."
        },
        usageHelpAutoWidth = true,
        sortOptions = false)
public final class Bench implements Callable<Integer> {
    /** Read once, when the tensor library is loaded. */
    private static final Path HOME =
            Path.of(System.getProperty("penstock.home", "."), "benchmarks");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "NAME",
            arity = "0..*",
            description = "Benchmarks to run; without a name, all: ${COMPLETION-CANDIDATES}.",
            completionCandidates = Names.class)
    private List<String> names = List.of();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // Picocli reads it.
    private boolean help;

    @Option(names = "--quick", description = "Shorter and fewer runs, for a first impression.")
    private boolean quick;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "How often each side is measured; 5, or 3 with --quick.")
    private @Nullable Integer runs;

    @Option(
            names = "--torch-threads",
            paramLabel = "N",
            description = "Threads of a tensor operation; half the cores by default.")
    private int torchThreads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    @Option(
            names = "--results",
            paramLabel = "DIR",
            description = "Folder for the file of results; default ${DEFAULT-VALUE}.")
    private Path results = HOME.resolve("results");

    @Option(
            names = "--scratch",
            paramLabel = "DIR",
            description =
                    "Folder for what is written meanwhile, up to 8 GB; on a disk, not in memory."
                            + " Default ${DEFAULT-VALUE}.")
    private Path scratch = HOME.resolve("target");

    private final List<Benchmark> all;

    Bench(List<Benchmark> all) {
        this.all = all;
    }

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine(Benchmarks.all()).execute(args));
    }

    /** The command line of these benchmarks. */
    static CommandLine commandLine(List<Benchmark> all) {
        return Usage.commandLine(new Bench(all), "bench");
    }

    /** The names, for the help. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Benchmarks.all().stream().map(Benchmark::name).iterator();
        }
    }

    @Override
    public Integer call() throws IOException {
        List<Benchmark> chosen = chosen();
        PrintWriter out = spec.commandLine().getOut();
        System.setProperty(TorchThreads.PROPERTY, Integer.toString(torchThreads));
        Settings.Size size = quick ? Settings.Size.QUICK : Settings.Size.FULL;
        Path folder = Files.createTempDirectory(Files.createDirectories(scratch), "penstock-bench");
        Settings settings =
                new Settings(size, runs == null ? size.runs() : runs, torchThreads, folder);
        ResultFile file =
                new ResultFile(results, LocalDateTime.now(ZoneId.systemDefault()), settings);
        try {
            boolean failed = run(chosen, settings, file, out);
            out.printf("%nEvery value: %s%n", file.path());
            out.flush();
            return failed ? ExitCode.SOFTWARE : ExitCode.OK;
        } finally {
            FileUtils.deleteDirectory(folder.toFile());
        }
    }

    private List<Benchmark> chosen() {
        List<String> known = all.stream().map(Benchmark::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "there is no benchmark \""
                                + name
                                + "\"; there are "
                                + known.stream().collect(Collectors.joining(", ")));
            }
        }
        return all.stream()
                .filter(benchmark -> names.isEmpty() || names.contains(benchmark.name()))
                .toList();
    }

    /** Runs them, one after the other; whether any of them failed. */
    private static boolean run(
            List<Benchmark> chosen, Settings settings, ResultFile file, PrintWriter out)
            throws IOException {
        Progress progress = new Progress(out);
        List<Outcome> outcomes = new ArrayList<>();
        boolean failed = false;
        try (TouchedMemory memory = new TouchedMemory(settings.scratch())) {
            for (Benchmark benchmark : chosen) {
                progress.say("%s: %s", benchmark.name(), benchmark.title());
                if (settings.size() != Settings.Size.SMOKE) {
                    memory.touch(progress);
                }
                long began = System.nanoTime();
                Result result;
                try {
                    result = benchmark.run(settings, progress);
                } catch (Exception | OutOfMemoryError e) {
                    e.printStackTrace(out);
                    result = Result.notRun("it failed: " + e);
                    failed = true;
                }
                outcomes.add(new Outcome(benchmark, result, (System.nanoTime() - began) * 1e-9));
                file.write(outcomes);
            }
        }
        outcomes.forEach(outcome -> out.print(ResultTable.of(outcome)));
        return failed;
    }
}
