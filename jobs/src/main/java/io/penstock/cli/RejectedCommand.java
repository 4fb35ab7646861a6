package io.penstock.cli;

import io.penstock.kafka.KafkaCluster;
import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.RejectionCause;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks at records that could not be trained on. */
@Command(
        name = "rejected",
        description = "Shows the records of solver-outputs that could not be trained on.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = "  penstock rejected show heat2d-paper --kafka broker:9092",
        subcommands = RejectedCommand.Show.class)
final class RejectedCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a command is missing after rejected; there is show");
    }

    /** Shows them. */
    @Command(
            name = "show",
            description = {
                "Shows the records of solver-outputs that could not be trained on, the newest"
                        + " last: why, where, how large; and how many there are of each cause.",
            },
            footer = {
                "  penstock rejected show heat2d-paper --kafka broker:9092 --limit 5",
                "  penstock rejected show heat2d-paper --kafka broker:9092 --cause wrong_shape \\",
                "      --save rejected"
            })
    static final class Show implements Callable<Integer> {
        @Spec private CommandSpec spec = CommandSpec.create();

        @Parameters(paramLabel = "STUDY", description = "Name of the study.")
        private String study = "";

        @Option(
                names = "--cause",
                paramLabel = "CAUSE",
                description = "Only those of a cause: ${COMPLETION-CANDIDATES}.")
        private @Nullable RejectionCause cause;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "20",
                description = "Only the newest so many; ${DEFAULT-VALUE} by default.")
        private int limit;

        @Option(
                names = "--save",
                paramLabel = "DIR",
                description =
                        "Write the original bytes of those shown into files of this folder, named"
                                + " after their place in the topic.")
        private @Nullable Path save;

        @Mixin private KafkaOptions kafka = new KafkaOptions();

        @Mixin private JsonOption json = new JsonOption();

        @Override
        public Integer call() throws IOException {
            if (limit < 1) {
                throw new UsageException(
                        "--limit: " + limit + " is not allowed; allowed: 1 or above");
            }
            Rejections rejections = new Rejections(cause, limit);
            KafkaCluster cluster = kafka.require(kafka.topics().rejectedSamples());
            TopicReader reader = new TopicReader(cluster);
            reader.read(
                    kafka.topics().rejectedSamples(),
                    RejectedSample.getDecoder(),
                    (sample, at) -> {
                        if (sample.getStudy().equals(study)) {
                            rejections.add(sample);
                        }
                    });
            if (json.isWanted()) {
                Output.json(spec, rejections.summary());
            } else {
                Output.lines(spec, rejections.lines());
            }
            Output.warn(spec, reader);
            if (save != null) {
                write(save, rejections.newest());
            }
            return 0;
        }

        private void write(Path folder, List<RejectedSample> samples) throws IOException {
            Files.createDirectories(folder);
            List<String> written = new ArrayList<>();
            for (RejectedSample sample : samples) {
                Path file =
                        folder.resolve(
                                "%s-%d-%d.bin"
                                        .formatted(
                                                sample.getTopic(),
                                                sample.getPartition(),
                                                sample.getOffset()));
                ByteBuffer original = sample.getOriginal().duplicate();
                byte[] bytes = new byte[original.remaining()];
                original.get(bytes);
                Files.write(file, bytes);
                boolean isCut = bytes.length < sample.getOriginalBytes();
                written.add("wrote " + file + (isCut ? ", cut to what was kept of it" : ""));
            }
            if (!json.isWanted()) {
                Output.lines(spec, written);
            }
        }
    }
}
