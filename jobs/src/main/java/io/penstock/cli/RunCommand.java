package io.penstock.cli;

import io.penstock.run.Watching;
import io.penstock.study.Study;
import io.penstock.study.StudyFile;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a study. */
@Command(
        name = "run",
        description = {
            "Runs a study: the simulations, the training, the report.",
            "A Kafka broker and a Flink cluster are started inside the process unless they are"
                    + " given. Ctrl-C ends the run with the report of what was done so far."
        },
        footer = {
            "  penstock run heat2d-paper",
            "  penstock run study.yaml --seed 7 --out /data/runs",
            "  penstock run study.yaml --metrics-port 9249",
            "  penstock run study.yaml --kafka broker:9092 --flink jobmanager:8081"
        })
public final class RunCommand implements Callable<Integer> {
    private final StudyRunner runner;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "STUDY", description = StudyArgument.DESCRIPTION)
    private String study = "";

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description = "The Kafka brokers, instead of the study's.")
    private @Nullable String kafka;

    @Option(
            names = "--flink",
            paramLabel = "HOST:PORT",
            description = "The REST endpoint of a Flink cluster to run on.")
    private @Nullable String flink;

    @Mixin private StudyOptions options = new StudyOptions();

    @Mixin private DashboardOptions dashboard = new DashboardOptions();

    @Mixin private MetricsOption metrics = new MetricsOption();

    /**
     * @param runner what runs the study
     */
    public RunCommand(StudyRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        StudyFile file = StudyFile.find(study);
        Study effective = StudyArgument.override(file.study(), kafka, options);
        Watching watching = new Watching(dashboard.choice(), metrics.port(flink));
        Preflight.check(file, effective, flink);
        return runner.run(
                effective, new RunOptions(file, flink, watching, spec.commandLine().getOut()));
    }
}
