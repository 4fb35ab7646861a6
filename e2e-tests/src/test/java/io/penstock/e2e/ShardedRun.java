package io.penstock.e2e;

import io.penstock.JobConfiguration;
import io.penstock.TrainingJob;
import io.penstock.flink.ModelOutput;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.Phase;
import io.penstock.schemas.TrainingReport;
import io.penstock.training.StudySpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** A training job of several shards on a {@link TestCluster}. */
final class ShardedRun {
    private final TestCluster cluster;
    private final Path folder;
    private final StudySpec study;
    private final JobID job;

    private ShardedRun(TestCluster cluster, Path folder, StudySpec study, JobID job) {
        this.cluster = cluster;
        this.folder = folder;
        this.study = study;
        this.job = job;
    }

    /**
     * Submits the job.
     *
     * @param savepoint what it is restored from; null for a fresh start
     */
    static ShardedRun start(
            TestCluster cluster,
            Path folder,
            StudySpec study,
            String run,
            @Nullable String savepoint)
            throws Exception {
        return start(
                cluster, folder, study, new Submission(run, savepoint, Duration.ofMillis(300)));
    }

    /**
     * How the job is submitted.
     *
     * @param run name of the submission
     * @param savepoint what it is restored from; null for a fresh start
     * @param interval from one checkpoint to the next
     */
    record Submission(String run, @Nullable String savepoint, Duration interval) {}

    /** Submits the job. */
    static ShardedRun start(
            TestCluster cluster, Path folder, StudySpec study, Submission submission)
            throws Exception {
        Configuration configuration =
                JobConfiguration.of(
                        folder.resolve("checkpoints").toUri().toString(), submission.interval());
        if (submission.savepoint() != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, submission.savepoint());
        }
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        TrainingJob.build(
                env,
                new TrainingJob.Settings(
                        study,
                        cluster.kafka,
                        cluster.topics,
                        1,
                        Map.of(),
                        Map.of(),
                        0,
                        0,
                        submission.run(),
                        new ModelOutput(folder.resolve("models").toUri().toString(), 2)));
        return new ShardedRun(
                cluster,
                folder,
                study,
                cluster.submit(env, "training of " + study.sample().study()));
    }

    JobID job() {
        return job;
    }

    void awaitEnd() throws Exception {
        cluster.awaitEnd(job);
    }

    /** Ends the job with a savepoint; where it lies. */
    String stop() throws Exception {
        return cluster.stop(job, folder.resolve("savepoints"));
    }

    /** Waits for a report of a shard. */
    void await(int shard, Predicate<TrainingReport> condition) {
        cluster.awaitRecord(
                cluster.topics.trainingReports(),
                record -> {
                    TrainingReport report = decode(record.value());
                    return report.getShard() == shard && condition.test(report);
                });
    }

    private static TrainingReport decode(byte[] value) {
        try {
            return TrainingReport.getDecoder().decode(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last report of every shard. */
    List<TrainingReport> lastReports() {
        Map<Integer, TrainingReport> last = new TreeMap<>();
        for (var record : cluster.read(cluster.topics.trainingReports())) {
            TrainingReport report = decode(record.value());
            last.put(report.getShard(), report);
        }
        return List.copyOf(last.values());
    }

    List<ModelUpdate> models() throws IOException {
        List<ModelUpdate> models = new ArrayList<>();
        for (var record : cluster.read(cluster.topics.modelUpdates())) {
            models.add(ModelUpdate.getDecoder().decode(record.value()));
        }
        return models;
    }

    /** The digest of the final weights, after a look whether every shard came to the same end. */
    String finalWeights() throws IOException {
        List<TrainingReport> reports = lastReports();
        List<ModelUpdate> models = models();
        ModelUpdate last = models.get(models.size() - 1);
        if (reports.size() != study.training().shards() || !last.getLast()) {
            throw new AssertionError("not every shard reported, or the last model is missing");
        }
        for (TrainingReport report : reports) {
            boolean drained =
                    report.getPhase() == Phase.FINISHED
                            && report.getReservoirSeen() + report.getReservoirUnseen() == 0
                            && report.getBacklog() == 0;
            if (!drained || !last.getWeightsSha256().equals(report.getWeightsSha256())) {
                throw new AssertionError("shard " + report.getShard() + " ended as " + report);
            }
        }
        return last.getWeightsSha256();
    }
}
