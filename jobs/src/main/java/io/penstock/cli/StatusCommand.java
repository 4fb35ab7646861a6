package io.penstock.cli;

import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says where studies are. */
@Command(
        name = "status",
        description = {
            "Says where studies are, from their topics: training, ensemble, model, rejections.",
            "The lag is what had come when you asked and was not yet part of the model's last"
                    + " version: at most so much has yet to be taken in."
        },
        footer = {
            "  penstock status --kafka broker:9092",
            "  penstock status heat2d-paper --kafka broker:9092 --watch",
            "  penstock status heat2d-paper --kafka broker:9092 --json"
        })
final class StatusCommand implements Callable<Integer> {
    private static final Duration REFRESH = Duration.ofSeconds(2);

    /** Clears a terminal and goes to its first line. */
    private static final String CLEAR = "\u001b[H\u001b[2J";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "0..1",
            paramLabel = "STUDY",
            description = "Name of the study; all of them by default.")
    private @Nullable String study;

    @Option(
            names = "--watch",
            description = "Look again every two seconds, until Ctrl-C; with --json a line each.")
    private boolean watch;

    @Mixin private KafkaOptions kafka = new KafkaOptions();

    @Mixin private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Topics topics = kafka.topics();
        KafkaCluster cluster =
                kafka.require(
                        topics.simulationRequests(),
                        topics.simulationEvents(),
                        topics.trainingReports(),
                        topics.modelUpdates(),
                        topics.rejectedSamples(),
                        topics.solverOutputs());
        StudyWatch studies = new StudyWatch(cluster, topics, study);
        List<StudyStatus> found = studies.look();
        if (found.isEmpty() && !watch) {
            throw new UsageException(
                    study == null
                            ? "the topics tell of no study yet"
                            : "the topics tell of no study " + study);
        }
        show(found);
        Output.warn(spec, studies.reader());
        while (watch) {
            Thread.sleep(REFRESH.toMillis());
            show(studies.look());
        }
        return 0;
    }

    private void show(List<StudyStatus> found) {
        if (json.isWanted()) {
            if (watch) {
                Output.jsonLine(spec, found);
            } else {
                Output.json(spec, found);
            }
            return;
        }
        List<String> lines = new ArrayList<>();
        long now = System.currentTimeMillis();
        found.forEach(status -> lines.addAll(StatusText.of(status, now)));
        if (lines.isEmpty()) {
            lines.add("nothing yet");
        }
        if (watch && System.console() != null) {
            lines.set(0, CLEAR + lines.get(0));
        }
        Output.lines(spec, lines);
    }
}
