package io.penstock.cli;

import io.penstock.run.Watching;
import io.penstock.study.Study;
import io.penstock.study.StudyFile;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the study of the demo. */
@Command(
        name = "demo",
        description = {
            "Trains a surrogate of the 2-D heat equation from simulations that run meanwhile.",
            "Nothing needs to be installed. Takes under three minutes on two cores and ends with a"
                    + " report; the study is heat2d-demo."
        },
        footer = {
            "  penstock demo",
            "  penstock demo --shards 2",
            "  penstock demo --seed 7 --out /tmp/runs"
        })
public final class DemoCommand implements Callable<Integer> {
    private static final String STUDY = "heat2d-demo";

    private final StudyRunner runner;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private StudyOptions options = new StudyOptions();

    @Mixin private DashboardOptions dashboard = new DashboardOptions();

    @Mixin private MetricsOption metrics = new MetricsOption();

    /**
     * @param runner what runs the study
     */
    public DemoCommand(StudyRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        StudyFile file = StudyFile.bundled(STUDY);
        Study effective = StudyArgument.override(file.study(), null, options);
        Watching watching = new Watching(dashboard.choice(), metrics.port(null));
        Preflight.check(file, effective, null);
        return runner.run(
                effective, new RunOptions(file, null, watching, spec.commandLine().getOut()));
    }
}
