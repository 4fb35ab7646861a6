package io.penstock.cli;

import io.penstock.study.Study;
import io.penstock.study.StudyFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the study of the demo. */
@Command(
        name = "demo",
        description = {
            "Trains a surrogate of the 2-D heat equation from simulations that run meanwhile.",
            "Nothing needs to be installed. Takes under three minutes on two cores and ends with a"
                    + " report; the study is heat2d-demo."
        },
        footer = {"  penstock demo", "  penstock demo --seed 7 --out /tmp/runs"})
public final class DemoCommand implements Callable<Integer> {
    private static final String STUDY = "heat2d-demo";

    private final StudyRunner runner;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of every random decision, instead of the study's.")
    private @Nullable Long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder that the run makes its own folder in, instead of runs.")
    private @Nullable Path out;

    /**
     * @param runner what runs the study
     */
    public DemoCommand(StudyRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        StudyFile file = StudyFile.bundled(STUDY);
        Study effective = StudyArgument.override(file.study(), null, seed, out);
        Preflight.check(file, effective, null);
        return runner.run(effective, new RunOptions(file, null, spec.commandLine().getOut()));
    }
}
