package io.penstock.run;

import io.penstock.EnsembleJob;
import io.penstock.RequestTopic;
import io.penstock.TrainingJob;
import io.penstock.flink.ModelOutput;
import io.penstock.flink.SolveOperatorSettings;
import io.penstock.kafka.Topics;
import io.penstock.report.FieldPanel;
import io.penstock.report.ReportWriter;
import io.penstock.report.RunFolder;
import io.penstock.report.RunReport;
import io.penstock.report.RunReport.Outcome;
import io.penstock.report.TrainingHistory;
import io.penstock.solver.RequestPlan;
import io.penstock.study.EnsembleSettings;
import io.penstock.study.Study;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a study to its end, or until it is stopped, and leaves a folder that says how it went.
 *
 * <p>Starts the broker and the Flink that the study does not point to, submits the training job
 * and, when the solver is one of ours, the ensemble job; asks for the simulations; follows the
 * topics.
 */
public final class StudyRun {
    private static final Logger LOG = LoggerFactory.getLogger(StudyRun.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration STATUS_EVERY = Duration.ofMillis(500);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final Duration LAST_WORD_LIMIT = Duration.ofSeconds(15);

    private final Study study;
    private final Topics topics;
    private final Settings settings;
    private final TrainingHistory history = new TrainingHistory();
    private final RunProgress progress;
    private final StopSignal stop;
    private @Nullable JobClient training;
    private @Nullable JobClient ensemble;
    private @Nullable String failure;

    /**
     * How a study is run.
     *
     * @param studyText text of the study file, for the report
     * @param flink the Flink cluster; none for one in this process
     * @param terminal whether {@code out} is a terminal
     * @param out where progress is shown
     */
    public record Settings(
            String studyText, Optional<FlinkAddress> flink, boolean terminal, PrintWriter out) {}

    /**
     * @param stop the wish to end the run early
     */
    public StudyRun(Study study, Settings settings, StopSignal stop) {
        this.study = study;
        this.topics = study.topics();
        this.settings = settings;
        this.stop = stop;
        this.progress = new RunProgress(study.name(), history::add);
    }

    /**
     * Runs the study.
     *
     * @return how it ended
     * @throws IOException when it could not be started, or its results not be written
     */
    public Outcome run() throws Exception {
        Instant startedAt = Instant.now();
        long began = System.nanoTime();
        Path folder =
                RunFolder.create(study.output().folder(), study.name(), Clock.systemDefaultZone())
                        .path();
        say("Run folder: " + folder.toAbsolutePath());
        try (RunEnvironment environment = RunEnvironment.start(study, folder, settings.flink())) {
            say("Kafka: " + environment.kafka().bootstrapServers());
            say("Flink web UI: " + environment.flink().webUi());
            submit(environment, folder);
            Outcome outcome;
            try (RunTail tail = tail(environment)) {
                outcome = follow(tail);
                if (outcome != Outcome.FINISHED) {
                    endEarly(tail, folder);
                }
            }
            Duration duration = Duration.ofNanos(System.nanoTime() - began);
            RunSummary summary = new RunSummary(study, progress, history);
            RunReport report = summary.report(environment, outcome, startedAt, duration);
            writeResults(environment, folder, report);
            RunLeftovers.tidy(folder, environment.isBrokerEmbedded());
            say(summary.text(report, folder, failure));
            return outcome;
        }
    }

    private void say(String text) {
        settings.out().println(text);
        settings.out().flush();
    }

    private void submit(RunEnvironment environment, Path folder) throws Exception {
        StreamExecutionEnvironment job = environment.job("training");
        String models = study.output().models();
        TrainingJob.build(
                job,
                new TrainingJob.Settings(
                        study.shardSpec(),
                        environment.kafka(),
                        topics,
                        environment.begin(topics.solverOutputs()).size(),
                        environment.begin(topics.solverOutputs()),
                        environment.begin(topics.simulationEvents()),
                        new ModelOutput(
                                models == null
                                        ? folder.resolve("models").toUri().toString()
                                        : models,
                                study.output().keepModels())));
        training = job.executeAsync("training of " + study.name());
        if (study.requestPlan().isPresent() && study.ensemble() != null) {
            submitEnsemble(environment, study.requestPlan().get(), study.ensemble());
        }
    }

    private void submitEnsemble(
            RunEnvironment environment, RequestPlan plan, EnsembleSettings asked) throws Exception {
        new RequestTopic(environment.kafka(), topics.simulationRequests()).send(plan.requests());
        StreamExecutionEnvironment job = environment.job("ensemble");
        EnsembleJob.build(
                job,
                new EnsembleJob.Settings(
                        new SolveOperatorSettings(
                                study.name(),
                                study.solver().orElseThrow(),
                                study.steps(),
                                asked.heartbeat().toMillis()),
                        plan.simulations(),
                        asked.concurrency(),
                        environment.kafka(),
                        topics,
                        environment.begin(topics.simulationRequests()),
                        EnsembleJob.End.NEVER));
        ensemble = job.executeAsync("ensemble of " + study.name());
    }

    private RunTail tail(RunEnvironment environment) {
        Map<TopicPartition, Long> from = new HashMap<>();
        for (String topic :
                List.of(
                        topics.simulationEvents(),
                        topics.trainingReports(),
                        topics.modelUpdates(),
                        topics.rejectedSamples())) {
            environment
                    .begin(topic)
                    .forEach(
                            (partition, offset) ->
                                    from.put(new TopicPartition(topic, partition), offset));
        }
        return new RunTail(environment.kafka().consumer(), from);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(topics.trainingReports())) {
            progress.report(record);
        } else if (record.topic().equals(topics.simulationEvents())) {
            progress.event(record);
        } else if (record.topic().equals(topics.modelUpdates())) {
            progress.model(record);
        } else {
            progress.rejection(record);
        }
    }

    private Outcome follow(RunTail tail) throws Exception {
        int requested = study.requestPlan().map(RequestPlan::simulations).orElse(0);
        ProgressLine line =
                new ProgressLine(settings.out(), settings.terminal(), requested, System.nanoTime());
        long statusAt = System.nanoTime();
        try {
            while (!stop.isRequested()) {
                tail.poll(POLL, this::take);
                line.show(progress, System.nanoTime());
                if (System.nanoTime() >= statusAt) {
                    statusAt = System.nanoTime() + STATUS_EVERY.toNanos();
                    Optional<Outcome> ended = ended();
                    if (ended.isPresent()) {
                        hearLastWord(tail, ended.get());
                        return ended.get();
                    }
                }
            }
            return Outcome.INTERRUPTED;
        } finally {
            line.end();
        }
    }

    private Optional<Outcome> ended() throws Exception {
        if (ensemble != null && progress.isEnsembleFinished()) {
            ensemble.cancel().get();
            ensemble = null;
        }
        if (ensemble != null && status(ensemble).isGloballyTerminalState()) {
            failure = "the ensemble job " + cause(ensemble);
            return Optional.of(Outcome.FAILED);
        }
        JobClient job = training;
        if (job == null || !status(job).isGloballyTerminalState()) {
            return Optional.empty();
        }
        training = null;
        if (status(job) == JobStatus.FINISHED) {
            return Optional.of(Outcome.FINISHED);
        }
        failure = "the training job " + cause(job);
        return Optional.of(Outcome.FAILED);
    }

    private static JobStatus status(JobClient job) throws Exception {
        return job.getJobStatus().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static String cause(JobClient job) throws Exception {
        String status = "ended as " + status(job);
        try {
            job.getJobExecutionResult().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
            return status;
        } catch (ExecutionException e) {
            LOG.debug("job failed", e);
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            return status + ": " + root;
        }
    }

    /** A job that has ended has written its last records; they may be on their way still. */
    private void hearLastWord(RunTail tail, Outcome outcome) {
        long deadline = System.nanoTime() + LAST_WORD_LIMIT.toNanos();
        boolean more = true;
        while (more && System.nanoTime() < deadline) {
            int found = tail.poll(POLL, this::take);
            more = outcome == Outcome.FINISHED ? !progress.isComplete() : found > 0;
        }
    }

    /** Stops what runs; a savepoint of the training makes its last model visible. */
    private void endEarly(RunTail tail, Path folder) throws Exception {
        if (stop.isRequested()) {
            say("Stopping; press Ctrl-C again to give up at once.");
        }
        if (ensemble != null) {
            ensemble.cancel().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        if (training == null) {
            return;
        }
        try {
            String savepoints = folder.resolve("savepoints").toUri().toString();
            training.stopWithSavepoint(false, savepoints, SavepointFormatType.NATIVE)
                    .get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("no last savepoint; the model is that of the last checkpoint", e);
            if (!status(training).isGloballyTerminalState()) {
                training.cancel().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
        }
        hearLastWord(tail, Outcome.INTERRUPTED);
    }

    private void writeResults(RunEnvironment environment, Path folder, RunReport report)
            throws Exception {
        List<FieldPanel> panels = List.of();
        if (progress.lastModel().isPresent()) {
            Path model = folder.resolve("model");
            ModelFolder.write(progress.lastModel().get(), model);
            panels = new ValidationPanels(study, environment).panels(model);
        }
        ReportWriter.write(new RunFolder(folder), report, history, panels, settings.studyText());
    }
}
