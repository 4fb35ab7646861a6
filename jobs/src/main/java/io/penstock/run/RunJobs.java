package io.penstock.run;

import io.penstock.EnsembleJob;
import io.penstock.RequestTopic;
import io.penstock.TrainingJob;
import io.penstock.flink.ModelOutput;
import io.penstock.kafka.Topics;
import io.penstock.solver.RequestPlan;
import io.penstock.study.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The training job of a run and, when it asks for simulations, its ensemble job. */
final class RunJobs {
    private static final Logger LOG = LoggerFactory.getLogger(RunJobs.class);
    private static final Duration STATUS_LIMIT = Duration.ofSeconds(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final int MISSES_ALLOWED = 5;

    private final Study study;
    private final Topics topics;
    private final RunEnvironment environment;
    private final Path folder;
    private @Nullable JobClient training;
    private @Nullable JobClient ensemble;
    private int misses;

    /**
     * @param folder folder of the run
     */
    RunJobs(Study study, RunEnvironment environment, Path folder) {
        this.study = study;
        this.topics = study.topics();
        this.environment = environment;
        this.folder = folder;
    }

    /** Submits what the study needs. Jobs submitted before a failure run until {@link #stop}. */
    void submit() throws Exception {
        StreamExecutionEnvironment job = environment.job("training");
        TrainingJob.build(
                job,
                new TrainingJob.Settings(
                        study.shardSpec(),
                        environment.kafka(),
                        topics,
                        environment.begin(topics.solverOutputs()).size(),
                        environment.begin(topics.solverOutputs()),
                        environment.begin(topics.simulationEvents()),
                        environment.begin(topics.shardWeights()).getOrDefault(0, 0L),
                        environment.begin(topics.trainingControls()).getOrDefault(0, 0L),
                        TrainingJob.newRun(),
                        new ModelOutput(
                                modelsUri(study.output().models(), folder),
                                study.output().keepModels())));
        training = job.executeAsync("training of " + study.name());
        if (study.requestPlan().isPresent()) {
            submitEnsemble(study.requestPlan().get());
        }
    }

    /**
     * Where the model versions of a run go: a folder that no other run shares.
     *
     * @param models what the study says; null for a folder inside the run's
     */
    static String modelsUri(@Nullable String models, Path folder) {
        return models == null
                ? folder.resolve("models").toUri().toString()
                : models.replaceAll("/+$", "") + "/" + folder.getFileName();
    }

    private void submitEnsemble(RequestPlan plan) throws Exception {
        new RequestTopic(environment.kafka(), topics.simulationRequests()).send(plan.requests());
        StreamExecutionEnvironment job = environment.job("ensemble");
        EnsembleJob.build(
                job,
                EnsembleJob.Settings.of(
                        study,
                        plan,
                        environment.kafka(),
                        environment.begin(topics.simulationRequests()),
                        environment.begin(topics.simulationEvents())));
        ensemble = job.executeAsync("ensemble of " + study.name());
    }

    /**
     * How the jobs ended; none while they run. A Flink that does not answer now and then is asked
     * again at the next call.
     *
     * @param ensembleFinished whether the ensemble job has nothing more to do
     * @throws IOException when Flink has not answered several times in a row
     */
    Optional<RunEnd> ended(boolean ensembleFinished) throws IOException, InterruptedException {
        try {
            Optional<RunEnd> end = end(ensembleFinished);
            misses = 0;
            return end;
        } catch (ExecutionException | TimeoutException e) {
            misses++;
            LOG.warn("no status of the jobs, {} times in a row", misses, e);
            if (misses > MISSES_ALLOWED) {
                throw new IOException(
                        "Flink at %s gave no status of the jobs %d times in a row: %s"
                                .formatted(environment.flink().webUi(), misses, root(e)),
                        e);
            }
            return Optional.empty();
        }
    }

    private Optional<RunEnd> end(boolean ensembleFinished)
            throws ExecutionException, TimeoutException, InterruptedException {
        if (ensembleFinished) {
            cancelEnsemble();
        }
        if (ensemble != null && status(ensemble).isGloballyTerminalState()) {
            return Optional.of(RunEnd.failed("the ensemble job " + cause(ensemble)));
        }
        if (training == null || !status(training).isGloballyTerminalState()) {
            return Optional.empty();
        }
        return Optional.of(
                status(training) == JobStatus.FINISHED
                        ? RunEnd.FINISHED
                        : RunEnd.failed("the training job " + cause(training)));
    }

    private static JobStatus status(JobClient job)
            throws ExecutionException, TimeoutException, InterruptedException {
        return job.getJobStatus().get(STATUS_LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static String cause(JobClient job)
            throws ExecutionException, TimeoutException, InterruptedException {
        String status = "ended as " + status(job);
        try {
            job.getJobExecutionResult().get(STATUS_LIMIT.toSeconds(), TimeUnit.SECONDS);
            return status;
        } catch (ExecutionException e) {
            LOG.debug("job failed", e);
            return status + ": " + root(e);
        }
    }

    private static Throwable root(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** Stops what runs; a savepoint of the training makes its last model visible. */
    void stop() throws InterruptedException {
        cancelEnsemble();
        JobClient job = training;
        training = null;
        if (job != null) {
            stopTraining(job);
        }
    }

    private void cancelEnsemble() throws InterruptedException {
        JobClient job = ensemble;
        ensemble = null;
        if (job != null) {
            cancelQuietly(job);
        }
    }

    private void stopTraining(JobClient job) throws InterruptedException {
        try {
            if (!status(job).isGloballyTerminalState()) {
                String savepoints = folder.resolve("savepoints").toUri().toString();
                job.stopWithSavepoint(false, savepoints, SavepointFormatType.NATIVE)
                        .get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("no last savepoint; the model is that of the last checkpoint", e);
            cancelQuietly(job);
        }
    }

    private static void cancelQuietly(JobClient job) throws InterruptedException {
        try {
            if (!status(job).isGloballyTerminalState()) {
                job.cancel().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("job {} could not be cancelled", job.getJobID(), e);
        }
    }
}
