package io.penstock.run;

import io.penstock.JobConfiguration;
import io.penstock.PredictionJob;
import io.penstock.PredictionTarget;
import io.penstock.schemas.ServingEvent;
import io.penstock.schemas.ServingEventKind;
import io.penstock.surrogate.TorchThreads;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a model until it is asked to stop, on a Flink cluster inside the process or on one that
 * runs, and says which versions are served and which refused.
 */
public final class ServingRun {
    private static final Logger LOG = LoggerFactory.getLogger(ServingRun.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration STATUS_LIMIT = Duration.ofSeconds(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final int MISSES_ALLOWED = 5;

    private final PredictionTarget target;
    private final Optional<FlinkAddress> flink;
    private final StopSignal stop;
    private final PrintWriter out;
    private int misses;

    /**
     * @param target what is served
     * @param flink the Flink cluster to run on; none for one inside this process
     * @param stop asks to stop
     * @param out where versions are printed
     */
    public ServingRun(
            PredictionTarget target,
            Optional<FlinkAddress> flink,
            StopSignal stop,
            PrintWriter out) {
        this.target = target;
        this.flink = flink;
        this.stop = stop;
        this.out = out;
    }

    /**
     * Serves until it is asked to stop.
     *
     * @throws IOException when the job ended by itself, or the brokers cannot be reached
     */
    public void run(PredictionJob.How how) throws Exception {
        target.ensureTopics();
        PredictionJob.Settings settings = target.settings(how);
        Path folder = Files.createTempDirectory("penstock-serve-");
        try (FlinkSession session = session(how);
                RunTail events = tail(settings)) {
            String checkpoints =
                    flink.isPresent() ? "" : folder.resolve("checkpoints").toUri().toString();
            StreamExecutionEnvironment env = session.environment(configuration(checkpoints));
            PredictionJob.build(env, settings);
            JobClient job = env.executeAsync(PredictionJob.name(target.study()));
            try {
                out.printf(
                        "Serving %s: requests to %s, answers on %s. Flink: %s. Ctrl-C ends it.%n",
                        target.study(),
                        target.topics().predictionRequests(),
                        target.topics().predictions(),
                        session.webUi());
                out.flush();
                follow(job, events);
            } finally {
                end(job, folder);
                events.poll(POLL, this::say);
            }
        } finally {
            FileUtils.deleteDirectory(folder.toFile());
        }
    }

    private FlinkSession session(PredictionJob.How how) throws Exception {
        if (flink.isEmpty()) {
            TorchThreads.shareAmong(how.parallelism());
            return FlinkSession.embedded(how.parallelism());
        }
        FlinkAddress address = flink.get();
        return FlinkSession.remote(address.host(), address.port(), address.jars());
    }

    /** Without a folder the cluster's own. */
    private static Configuration configuration(String checkpoints) {
        Configuration configuration =
                JobConfiguration.of(checkpoints, PredictionTarget.CHECKPOINT_INTERVAL);
        if (checkpoints.isEmpty()) {
            configuration.removeConfig(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
        }
        return configuration;
    }

    private RunTail tail(PredictionJob.Settings settings) {
        Map<TopicPartition, Long> from = new HashMap<>();
        settings.start()
                .events()
                .forEach(
                        (partition, offset) ->
                                from.put(
                                        new TopicPartition(
                                                target.topics().servingEvents(), partition),
                                        offset));
        return new RunTail(target.kafka().consumer(), from);
    }

    private void follow(JobClient job, RunTail events) throws Exception {
        while (!stop.isRequested()) {
            events.poll(POLL, this::say);
            if (status(job).isGloballyTerminalState()) {
                throw new IOException("the prediction job " + cause(job));
            }
        }
    }

    /** A Flink that does not answer now and then is asked again; nothing is known meanwhile. */
    private JobStatus status(JobClient job) throws IOException, InterruptedException {
        try {
            JobStatus status = job.getJobStatus().get(STATUS_LIMIT.toSeconds(), TimeUnit.SECONDS);
            misses = 0;
            return status;
        } catch (ExecutionException | TimeoutException e) {
            misses++;
            if (misses > MISSES_ALLOWED) {
                throw new IOException(
                        "Flink gave no status of the job %d times in a row".formatted(misses), e);
            }
            return JobStatus.RUNNING;
        }
    }

    private static String cause(JobClient job) throws InterruptedException {
        try {
            job.getJobExecutionResult().get(STATUS_LIMIT.toSeconds(), TimeUnit.SECONDS);
            return "has ended";
        } catch (ExecutionException | TimeoutException e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            return "failed: " + root;
        }
    }

    private void say(ConsumerRecord<byte[], byte[]> record) {
        ServingEvent event;
        try {
            event = ServingEvent.getDecoder().decode(record.value());
        } catch (IOException | RuntimeException e) {
            LOG.warn("passed over an event at offset {}", record.offset(), e);
            return;
        }
        if (!event.getStudy().equals(target.study())) {
            return;
        }
        String reason = event.getReason() == null ? "" : ", " + event.getReason();
        if (event.getKind() == ServingEventKind.SERVED) {
            String swap =
                    event.getSwapMillis() == null
                            ? ""
                            : String.format(Locale.ROOT, " after %.0f ms", event.getSwapMillis());
            out.printf(
                    "served   version %d on subtask %d%s%s%n",
                    event.getVersion(), event.getSubtask(), swap, reason);
        } else if (event.getKind() == ServingEventKind.REFUSED) {
            out.printf(
                    "refused  version %d on subtask %d%s%n",
                    event.getVersion(), event.getSubtask(), reason);
        }
        out.flush();
    }

    /** With a savepoint, so that what was answered is committed: the next one begins there. */
    private void end(JobClient job, Path folder) throws InterruptedException {
        try {
            if (status(job).isGloballyTerminalState()) {
                return;
            }
            String savepoints =
                    flink.isPresent() ? null : folder.resolve("savepoints").toUri().toString();
            job.stopWithSavepoint(false, savepoints, SavepointFormatType.NATIVE)
                    .get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | IOException e) {
            LOG.warn("no last savepoint; the next job looks at more answers than it needs to", e);
            cancel(job);
        }
    }

    private static void cancel(JobClient job) throws InterruptedException {
        try {
            job.cancel().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("job {} could not be cancelled", job.getJobID(), e);
        }
    }
}
