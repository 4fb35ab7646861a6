package io.penstock.cli;

import io.penstock.PredictionJob;
import io.penstock.PredictionOptions;
import io.penstock.PredictionTarget;
import io.penstock.run.FlinkAddress;
import io.penstock.run.ServingRun;
import io.penstock.run.StopSignal;
import io.penstock.setting.InvalidSettingException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves the model of a study. */
@Command(
        name = "serve",
        description = {
            "Answers prediction requests with the newest good version of a study's model.",
            "New versions are taken up while it runs. A Flink cluster is started inside the"
                    + " process unless one is given. Ctrl-C ends it cleanly, with exit code 0."
        },
        footer = {
            "  penstock serve heat2d-demo --kafka broker:9092",
            "  penstock serve my-study --kafka broker:9092 --topic-prefix my. --gate off",
            "  penstock serve study.yaml --flink jobmanager:8081 --parallelism 4"
        })
final class ServeCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private PredictionOptions options = new PredictionOptions();

    @Option(
            names = "--flink",
            paramLabel = "HOST:PORT",
            description = "The REST endpoint of a Flink cluster to run on.")
    private @Nullable String flink;

    @Override
    public Integer call() throws Exception {
        PredictionJob.How how;
        PredictionTarget target;
        try {
            how = options.how();
            target = options.target();
        } catch (InvalidSettingException e) {
            throw UsageException.of(e);
        }
        Endpoints.requireKafka(target.kafka().properties(), PATIENCE);
        if (flink != null) {
            Endpoints.requireFlink(flink, PATIENCE);
        }
        new ServingRun(
                        target,
                        Optional.ofNullable(flink)
                                .map(
                                        address ->
                                                FlinkAddress.parse(
                                                        address, LiveStudyRunner.jobJar())),
                        StopSignal.install(),
                        spec.commandLine().getOut())
                .run(how);
        return 0;
    }
}
