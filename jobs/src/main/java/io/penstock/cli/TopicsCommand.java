package io.penstock.cli;

import io.penstock.broker.TopicAdmin;
import io.penstock.study.Study;
import io.penstock.study.StudyFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Manages the topics of a study. */
@Command(
        name = "topics",
        description = "Manages the Kafka topics of a study.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = "  penstock topics create study.yaml --kafka broker:9092",
        subcommands = TopicsCommand.Create.class)
public final class TopicsCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a command is missing after topics; there is create");
    }

    /** Creates them. */
    @Command(
            name = "create",
            description = {
                "Creates the topics of a study that do not exist.",
                "Topics that exist are left as they are; what they lack is reported, and the exit"
                        + " code is then 1."
            },
            footer = "  penstock topics create study.yaml --kafka broker:9092")
    static final class Create implements Callable<Integer> {
        @Spec private CommandSpec spec = CommandSpec.create();

        @Parameters(paramLabel = "STUDY", description = StudyArgument.DESCRIPTION)
        private String study = "";

        @Option(
                names = "--kafka",
                paramLabel = "HOST:PORT",
                description = "The Kafka brokers, instead of the study's.")
        private @Nullable String kafka;

        @Override
        public Integer call() throws IOException {
            StudyFile file = StudyFile.find(study);
            Study effective = StudyArgument.override(file.study(), kafka, new StudyOptions());
            if (effective.kafka().bootstrapServers() == null) {
                throw new UsageException(file.name() + " names no brokers; add --kafka HOST:PORT");
            }
            Properties client = Preflight.requireKafka(file, effective);
            try (TopicAdmin admin = new TopicAdmin(client)) {
                return report(admin.ensure(effective.topics(), effective.topicLayout()), effective);
            }
        }

        private int report(TopicAdmin.Ensured ensured, Study study) {
            PrintWriter out = spec.commandLine().getOut();
            for (String topic : study.topics().all()) {
                out.println(
                        (ensured.created().contains(topic) ? "created  " : "existed  ") + topic);
            }
            out.flush();
            PrintWriter err = spec.commandLine().getErr();
            ensured.problems().forEach(problem -> err.println("penstock: " + problem));
            err.flush();
            return ensured.problems().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }
}
