package io.penstock.cli;

import io.penstock.kafka.Topics;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Has the prediction job serve the newest good versions again. */
@Command(
        name = "follow",
        description = {
            "Has the prediction job of a study serve the newest good versions again, after a"
                    + " rollback.",
            "Waits until it does."
        },
        footer = "  penstock models follow heat2d-paper --kafka broker:9092")
final class FollowCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "STUDY", description = ModelsCommand.STUDY)
    private String study = "";

    @Mixin private KafkaOptions kafka = new KafkaOptions();

    @Mixin private AnswerLimit limit = new AnswerLimit();

    @Override
    public Integer call() throws Exception {
        Topics topics = kafka.topics();
        ServingWish wish = new ServingWish(kafka.require(topics.servingEvents()), topics, study);
        Output.lines(
                spec, wish.carryOut((control, by) -> control.follow(study, by), limit.value()));
        return 0;
    }
}
