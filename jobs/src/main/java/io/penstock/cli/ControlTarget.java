package io.penstock.cli;

import io.penstock.control.ControlAgent;
import io.penstock.control.ControlTail;
import io.penstock.control.TrainingControls;
import io.penstock.kafka.KafkaCluster;
import io.penstock.schemas.ControlKind;
import io.penstock.schemas.TrainingControl;
import io.penstock.study.Durations;
import io.penstock.study.Study;
import io.penstock.study.StudyFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The training that is controlled, and how long to wait for what comes of it. */
final class ControlTarget {
    private static final Duration POLL = Duration.ofMillis(100);

    @Parameters(paramLabel = "STUDY", description = StudyArgument.DESCRIPTION)
    private String study = "";

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description = "The Kafka brokers, instead of the study's.")
    private @Nullable String kafka;

    @Option(
            names = "--shards",
            paramLabel = "N",
            description = "Shards that the training runs with, if not the study's.")
    private @Nullable Integer shards;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description =
                    "Longest wait, such as 90s or 10m; 1m unless given, and 30m for savepoint and"
                            + " stop.")
    private @Nullable String timeout;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /** A study and its brokers. */
    private record Brokers(Study study, KafkaCluster kafka) {}

    /** What is waited for, and how long. */
    private record Waiting(ControlTail tail, ControlWait answers, Duration limit) {}

    /** Sends a control to the shards and waits until all have taken it; the exit code. */
    int steer(ControlKind kind, @Nullable Double learningRate) throws IOException {
        Duration limit = limit("1m");
        Brokers brokers = brokers();
        ControlWait answers = new ControlWait(brokers.study().training().shards());
        try (ControlTail tail = new ControlTail(brokers.kafka(), brokers.study().topics())) {
            return send(brokers, kind, learningRate, new Waiting(tail, answers, limit));
        }
    }

    /** Sends a control to an agent and waits for what it says; the exit code. */
    int command(ControlKind kind, AgentOptions options) throws IOException {
        Duration limit = limit("30m");
        options.check();
        Brokers brokers = brokers();
        ControlWait answers = new ControlWait(0);
        try (ControlTail tail = new ControlTail(brokers.kafka(), brokers.study().topics());
                ControlAgent agent = options.start(brokers.kafka(), brokers.study().topics())) {
            return send(brokers, kind, null, new Waiting(tail, answers, limit));
        }
    }

    private Brokers brokers() {
        StudyFile file = StudyFile.find(study);
        Study effective = StudyArgument.override(file.study(), kafka, shards);
        String servers = effective.kafka().bootstrapServers();
        if (servers == null) {
            throw new UsageException(file.name() + " names no brokers; add --kafka HOST:PORT");
        }
        Properties client = Preflight.requireKafka(file, effective);
        int bytes = effective.topicLayout().maxMessageBytes();
        return new Brokers(effective, new KafkaCluster(servers, bytes, client));
    }

    private Duration limit(String usual) {
        String text = timeout == null ? usual : timeout;
        return Durations.parse(text)
                .orElseThrow(
                        () ->
                                new UsageException(
                                        "--timeout: \""
                                                + text
                                                + "\" is not allowed; allowed: a duration such as"
                                                + " 500ms, 10s, 5m or 2h"));
    }

    private int send(Brokers brokers, ControlKind kind, @Nullable Double rate, Waiting waiting)
            throws IOException {
        String id;
        String by = "penstock control, " + System.getProperty("user.name", "somebody");
        try (TrainingControls controls =
                new TrainingControls(brokers.kafka(), brokers.study().topics(), by)) {
            id = controls.send(brokers.study().name(), kind, rate);
        }
        long deadline = System.nanoTime() + waiting.limit().toNanos();
        Optional<ControlWait.Outcome> outcome = Optional.empty();
        while (outcome.isEmpty() && System.nanoTime() < deadline) {
            List<TrainingControl> said = waiting.tail().poll(POLL);
            said.stream()
                    .filter(record -> record.getControl().equals(id))
                    .forEach(waiting.answers()::take);
            outcome = waiting.answers().outcome();
        }
        return report(outcome.orElseGet(() -> waiting.answers().late(waiting.limit())));
    }

    private int report(ControlWait.Outcome outcome) {
        PrintWriter out =
                outcome.done() ? spec.commandLine().getOut() : spec.commandLine().getErr();
        out.println((outcome.done() ? "" : "penstock: ") + outcome.text());
        out.flush();
        return outcome.done() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
