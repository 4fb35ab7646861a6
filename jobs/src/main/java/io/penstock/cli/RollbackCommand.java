package io.penstock.cli;

import io.penstock.kafka.Topics;
import io.penstock.serving.ServingControl;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Has the prediction job serve an earlier version. */
@Command(
        name = "rollback",
        description = {
            "Has the prediction job of a study serve an earlier version, and stay with it until it"
                    + " is told to follow the newest again.",
            "Waits until it does; if it refuses, what it served goes on and the exit code is 1."
        },
        footer = {
            "  penstock models rollback heat2d-paper --kafka broker:9092",
            "  penstock models rollback heat2d-paper --to 12 --kafka broker:9092"
        })
final class RollbackCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "STUDY", description = ModelsCommand.STUDY)
    private String study = "";

    @Option(
            names = "--to",
            paramLabel = "VERSION",
            description = "The version; the one before the served one by default.")
    private @Nullable Long version;

    @Mixin private KafkaOptions kafka = new KafkaOptions();

    @Mixin private AnswerLimit limit = new AnswerLimit();

    @Override
    public Integer call() throws Exception {
        if (version != null && version < 0) {
            throw new UsageException("--to: " + version + " is not allowed; allowed: 0 or above");
        }
        long to = version == null ? ServingControl.PREVIOUS : version;
        Topics topics = kafka.topics();
        ServingWish wish = new ServingWish(kafka.require(topics.servingEvents()), topics, study);
        Output.lines(
                spec,
                wish.carryOut((control, by) -> control.rollback(study, to, by), limit.value()));
        return 0;
    }
}
