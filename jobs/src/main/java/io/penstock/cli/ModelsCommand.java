package io.penstock.cli;

import io.penstock.kafka.KafkaCluster;
import io.penstock.schemas.ModelUpdate;
import io.penstock.serving.ModelFolder;
import io.penstock.surrogate.Predictor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks at the published versions of a study's model, and takes them away. */
@Command(
        name = "models",
        description =
                "Lists, shows and exports the published versions of a study's model, and says which"
                        + " of them is to be served.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "  penstock models list heat2d-paper --kafka broker:9092",
            "  penstock models export heat2d-paper --kafka broker:9092 --out model",
            "  penstock models rollback heat2d-paper --kafka broker:9092"
        },
        subcommands = {
            ModelsCommand.Versions.class,
            ModelsCommand.Show.class,
            ModelsCommand.Export.class,
            RollbackCommand.class,
            FollowCommand.class
        })
final class ModelsCommand implements Runnable {
    static final String STUDY = "Name of the study.";
    private static final String VERSION = "The version; the one published last by default.";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is missing after models; there are "
                        + String.join(", ", spec.subcommands().keySet()));
    }

    /** Reads the versions of a study from the brokers that the options name. */
    private static ModelVersions read(KafkaOptions options, String study, CommandSpec spec)
            throws IOException {
        KafkaCluster kafka = options.require(options.topics().modelUpdates());
        TopicReader reader = new TopicReader(kafka);
        ModelVersions versions = ModelVersions.read(reader, options.topics(), study);
        Output.warn(spec, reader);
        return versions;
    }

    /** Lists them. */
    @Command(
            name = "list",
            description = {
                "Lists the versions of a study's model, the newest last.",
                "The topic is compacted: older versions go when Kafka comes to it."
            },
            footer = {
                "  penstock models list heat2d-paper --kafka broker:9092",
                "  penstock models list heat2d-paper --kafka broker:9092 --json"
            })
    static final class Versions implements Callable<Integer> {
        @Spec private CommandSpec spec = CommandSpec.create();

        @Parameters(paramLabel = "STUDY", description = STUDY)
        private String study = "";

        @Mixin private KafkaOptions kafka = new KafkaOptions();

        @Mixin private JsonOption json = new JsonOption();

        @Override
        public Integer call() throws IOException {
            List<ModelSummary> versions =
                    read(kafka, study, spec).updates().stream().map(ModelSummary::of).toList();
            if (json.isWanted()) {
                Output.json(spec, versions);
            } else {
                Output.lines(spec, ModelText.table(versions));
            }
            return 0;
        }
    }

    /** Shows one. */
    @Command(
            name = "show",
            description = "Shows all that is known of a version of a study's model.",
            footer = {
                "  penstock models show heat2d-paper --kafka broker:9092",
                "  penstock models show heat2d-paper 12 --kafka broker:9092 --json"
            })
    static final class Show implements Callable<Integer> {
        @Spec private CommandSpec spec = CommandSpec.create();

        @Parameters(index = "0", paramLabel = "STUDY", description = STUDY)
        private String study = "";

        @Parameters(index = "1", arity = "0..1", paramLabel = "VERSION", description = VERSION)
        private @Nullable Long version;

        @Mixin private KafkaOptions kafka = new KafkaOptions();

        @Mixin private JsonOption json = new JsonOption();

        @Override
        public Integer call() throws IOException {
            ModelDetails details = ModelDetails.of(read(kafka, study, spec).get(version));
            if (json.isWanted()) {
                Output.json(spec, details);
            } else {
                Output.lines(spec, ModelText.of(details));
            }
            return 0;
        }
    }

    /** Writes one into a folder. */
    @Command(
            name = "export",
            description = {
                "Writes a version of a study's model into a folder, for penstock predict and for"
                        + " Predictor.load in Java.",
                "The weights are checked against the digest that was published with them."
            },
            footer = {
                "  penstock models export heat2d-paper --kafka broker:9092",
                "  penstock models export heat2d-paper 12 --kafka broker:9092 --out model --force"
            })
    static final class Export implements Callable<Integer> {
        @Spec private CommandSpec spec = CommandSpec.create();

        @Parameters(index = "0", paramLabel = "STUDY", description = STUDY)
        private String study = "";

        @Parameters(index = "1", arity = "0..1", paramLabel = "VERSION", description = VERSION)
        private @Nullable Long version;

        @Option(
                names = "--out",
                paramLabel = "DIR",
                description = "The folder; STUDY-VERSION by default.")
        private @Nullable Path out;

        @Option(
                names = "--force",
                description = "Write into the folder even if there is something in it.")
        private boolean force;

        @Mixin private KafkaOptions kafka = new KafkaOptions();

        @Override
        public Integer call() throws IOException {
            ModelUpdate update = read(kafka, study, spec).get(version);
            Path folder = out == null ? Path.of(study + "-" + update.getVersion()) : out;
            if (!force) {
                requireEmpty(folder);
            }
            ModelFolder.write(update, folder);
            Output.lines(
                    spec,
                    List.of(
                            "wrote version "
                                    + update.getVersion()
                                    + " of "
                                    + study
                                    + " to "
                                    + folder
                                    + ": "
                                    + Predictor.WEIGHTS
                                    + ", "
                                    + Predictor.DESCRIPTION));
            return 0;
        }

        private static void requireEmpty(Path folder) throws IOException {
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                throw new UsageException("--out " + folder + " is a file, not a folder");
            }
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    if (files.findAny().isPresent()) {
                        throw new UsageException(
                                "the folder "
                                        + folder
                                        + " is not empty; name another one with --out, or add"
                                        + " --force");
                    }
                }
            }
        }
    }
}
