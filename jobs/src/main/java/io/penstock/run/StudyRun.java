package io.penstock.run;

import io.penstock.kafka.Topics;
import io.penstock.report.FieldPanel;
import io.penstock.report.ReportWriter;
import io.penstock.report.RunFolder;
import io.penstock.report.RunReport;
import io.penstock.report.RunReport.Outcome;
import io.penstock.report.TrainingHistory;
import io.penstock.serving.ModelFolder;
import io.penstock.solver.RequestPlan;
import io.penstock.study.Study;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a study to its end, or until it is stopped, and leaves a folder that says how it went.
 *
 * <p>Starts the broker and the Flink that the study does not point to, submits the training job
 * and, when the study has an ensemble, the ensemble job; asks for the simulations; follows the
 * topics.
 */
public final class StudyRun {
    private static final Logger LOG = LoggerFactory.getLogger(StudyRun.class);
    private static final Duration STATUS_EVERY = Duration.ofMillis(500);

    private final Study study;
    private final Topics topics;
    private final Settings settings;
    private final TrainingHistory history = new TrainingHistory();
    private final RunProgress progress;
    private final StopSignal stop;

    /**
     * How a study is run.
     *
     * @param studyText text of the study file, for the report
     * @param flink the Flink cluster; none for one in this process
     * @param watching how one may look at it while it goes on
     * @param terminal whether {@code out} is a terminal
     * @param out where progress is shown
     */
    public record Settings(
            String studyText,
            Optional<FlinkAddress> flink,
            Watching watching,
            boolean terminal,
            PrintWriter out) {
        /** A run that nobody can look at while it goes on. */
        public Settings(
                String studyText, Optional<FlinkAddress> flink, boolean terminal, PrintWriter out) {
            this(studyText, flink, Watching.NONE, terminal, out);
        }
    }

    /**
     * @param stop the wish to end the run early
     */
    public StudyRun(Study study, Settings settings, StopSignal stop) {
        this.study = study;
        this.topics = study.topics();
        this.settings = settings;
        this.stop = stop;
        this.progress = new RunProgress(study.name(), history);
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
        try (RunEnvironment environment = RunEnvironment.start(study, folder, settings)) {
            say("Kafka: " + environment.kafka().bootstrapServers());
            say("Flink web UI: " + environment.flink().webUi());
            settings.watching()
                    .metricsPort()
                    .ifPresent(
                            port ->
                                    say(
                                            "Metrics for Prometheus: http://127.0.0.1:"
                                                    + port
                                                    + "/metrics"));
            RunEnd end;
            Duration duration;
            try (RunDashboard unused = showing(environment, folder)) {
                end = runJobs(environment, folder);
                duration = Duration.ofNanos(System.nanoTime() - began);
            }
            RunReport report =
                    new RunSummary(study, progress, history)
                            .report(environment, end, startedAt, duration);
            List<FieldPanel> panels = saveModel(environment, folder);
            ReportWriter.write(
                    new RunFolder(folder), report, history, panels, settings.studyText());
            if (environment.isBrokerEmbedded()) {
                RunLeftovers.tidy(folder);
            }
            say(SummaryText.of(report, folder));
            return end.outcome();
        }
    }

    private RunDashboard showing(RunEnvironment environment, Path folder) {
        return RunDashboard.start(
                settings.watching().dashboard(),
                study,
                environment,
                folder.resolve("savepoints").toAbsolutePath(),
                this::say);
    }

    private void say(String text) {
        settings.out().println(text);
        settings.out().flush();
    }

    /** Whatever happens, no job runs afterwards and what is known can be reported. */
    private RunEnd runJobs(RunEnvironment environment, Path folder) throws InterruptedException {
        RunJobs jobs = new RunJobs(study, environment, folder);
        try (RunFeed feed = new RunFeed(topics, environment, progress)) {
            RunEnd end = submitAndFollow(jobs, feed);
            jobs.stop();
            return judge(hearLastWord(feed, end));
        }
    }

    private RunEnd submitAndFollow(RunJobs jobs, RunFeed feed) {
        try {
            jobs.submit();
            return follow(jobs, feed);
        } catch (Exception e) {
            LOG.error("the run broke off", e);
            return RunEnd.failed(e.toString());
        }
    }

    private RunEnd follow(RunJobs jobs, RunFeed feed) throws Exception {
        int requested = study.requestPlan().map(RequestPlan::simulations).orElse(0);
        ProgressLine line =
                new ProgressLine(settings.out(), settings.terminal(), requested, System.nanoTime());
        long statusAt = System.nanoTime();
        try {
            while (!stop.isRequested()) {
                feed.poll();
                line.show(progress, System.nanoTime());
                if (System.nanoTime() >= statusAt) {
                    statusAt = System.nanoTime() + STATUS_EVERY.toNanos();
                    Optional<RunEnd> end = jobs.ended(progress.isEnsembleFinished());
                    if (end.isPresent()) {
                        return end.get();
                    }
                }
            }
        } finally {
            line.end();
        }
        say("Stopping; press Ctrl-C again to give up at once.");
        return RunEnd.INTERRUPTED;
    }

    private RunEnd hearLastWord(RunFeed feed, RunEnd end) {
        try {
            feed.hearLastWord(end.outcome() == Outcome.FINISHED);
            return end;
        } catch (KafkaException e) {
            LOG.warn("the last records of the run could not be read", e);
            return end.failure() == null
                    ? RunEnd.failed("the last records of the run could not be read: " + e)
                    : end;
        }
    }

    /** A run that had nothing to learn from has failed, however orderly it ended. */
    private RunEnd judge(RunEnd end) {
        Long batches = history.totals().batches();
        boolean vain =
                progress.failed() > 0
                        && progress.finished() == 0
                        && (batches == null || batches == 0);
        return vain && end.outcome() == Outcome.FINISHED
                ? RunEnd.failed(
                        "every simulation failed, which left nothing to train on; the last one: "
                                + progress.lastFailure().orElse("no reason given"))
                : end;
    }

    /** Puts the last model where it can be used; the report must not depend on it. */
    private List<FieldPanel> saveModel(RunEnvironment environment, Path folder) {
        if (progress.lastModel().isEmpty()) {
            return List.of();
        }
        try {
            Path model = folder.resolve("model");
            ModelFolder.write(progress.lastModel().get(), model);
            return new ValidationPanels(study, environment).panels(model);
        } catch (IOException | RuntimeException e) {
            LOG.warn("the last model could not be saved or tried", e);
            say("The last model could not be saved or tried: " + e.getMessage());
            return List.of();
        }
    }
}
