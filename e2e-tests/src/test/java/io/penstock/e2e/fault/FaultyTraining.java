package io.penstock.e2e.fault;

import io.penstock.TrainingJob;
import io.penstock.e2e.cluster.Await;
import io.penstock.e2e.cluster.Records;
import io.penstock.kafka.Topics;
import io.penstock.schemas.Phase;
import io.penstock.schemas.TrainingReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** A training on a {@link FaultyCluster}. */
final class FaultyTraining {
    private static final Duration LIMIT = Duration.ofSeconds(180);

    private final FaultyCluster cluster;
    private final Topics topics;
    private final Path study;
    private final Path checkpoints;
    private final int shards;
    private String job;

    FaultyTraining(FaultyCluster cluster, Topics topics, Path study, Path checkpoints, int shards)
            throws Exception {
        this.cluster = cluster;
        this.topics = topics;
        this.study = study;
        this.checkpoints = checkpoints;
        this.shards = shards;
        this.job = cluster.submit(TrainingJob.class, study, checkpoints, "");
    }

    /** Its job. */
    String job() {
        return job;
    }

    /** Submits it again, to go on from its last checkpoint. */
    void resubmit() throws Exception {
        job = cluster.submit(TrainingJob.class, study, checkpoints, "faulty:" + lastCheckpoint());
    }

    /** Submits another study, to go on from this one's last checkpoint. */
    void resubmitAs(String text) throws Exception {
        Files.writeString(study, text);
        resubmit();
    }

    /** Waits for so many checkpoints more, and cancels the job; its last checkpoint stays. */
    void cancelAfterCheckpoints(int more) throws Exception {
        int completed = cluster.rest().completedCheckpoints(job);
        Await.until(
                more + " checkpoints",
                LIMIT,
                () -> cluster.rest().completedCheckpoints(job) >= completed + more);
        cancel();
    }

    /** Cancels the job. */
    void cancel() throws Exception {
        cluster.rest().cancel(job);
        cluster.rest().awaitEnd(job);
    }

    /** Waits until the job has failed for a reason that says this, and cancels its restarts. */
    void awaitRefusal(String... reason) throws Exception {
        Await.until(
                "failure of " + job + " that says " + List.of(reason),
                LIMIT,
                () -> {
                    String said = cluster.rest().exceptions(job);
                    return Stream.of(reason).allMatch(said::contains);
                });
        cancel();
    }

    /** Topics of the study. */
    Topics topics() {
        return topics;
    }

    /** The last checkpoint. */
    Path lastCheckpoint() throws IOException {
        try (Stream<Path> files = Files.walk(checkpoints)) {
            return files.filter(file -> file.getFileName().toString().equals("_metadata"))
                    .max(Comparator.comparing(file -> file.toFile().lastModified()))
                    .map(Path::getParent)
                    .orElseThrow(() -> new AssertionError("no checkpoint in " + checkpoints));
        }
    }

    /** Most steps that its slowest shard has reported; 0 before the first report. */
    long batches() throws IOException {
        Map<Integer, Long> most = most(TrainingReport::getBatches);
        return most.size() < shards
                ? 0
                : most.values().stream().mapToLong(Long::longValue).min().orElse(0);
    }

    /**
     * Waits until every shard has reported, after a time, more steps than a number or its end.
     *
     * @param sinceMillis the time, milliseconds since the epoch
     */
    void awaitFurtherThan(long batches, long sinceMillis) throws Exception {
        Await.until(
                "report of more than " + batches + " steps",
                LIMIT,
                () -> {
                    cluster.flink().requireAlive();
                    return reports().stream()
                                    .filter(report -> report.getTimestampMillis() >= sinceMillis)
                                    .filter(
                                            report ->
                                                    report.getBatches() > batches
                                                            || report.getPhase() == Phase.FINISHED)
                                    .map(TrainingReport::getShard)
                                    .distinct()
                                    .count()
                            == shards;
                });
    }

    /** Samples that all shards have reported to have taken in; 0 before the first report. */
    long inserts() throws IOException {
        return most(TrainingReport::getInserts).values().stream().mapToLong(Long::longValue).sum();
    }

    /** Waits until every shard has reported so many steps. */
    void awaitBatches(long batches) throws Exception {
        Await.until(
                "report of " + batches + " steps",
                LIMIT,
                () -> {
                    cluster.flink().requireAlive();
                    return batches() >= batches;
                });
    }

    /** Waits for its end, which must be a good one; the last report of every shard. */
    List<TrainingReport> end() throws Exception {
        String state = cluster.rest().awaitEnd(job);
        if (!state.equals("FINISHED")) {
            throw new AssertionError(
                    "the job ended as " + state + ": " + cluster.rest().exceptions(job));
        }
        Map<Integer, TrainingReport> last = new TreeMap<>();
        reports().forEach(report -> last.put(report.getShard(), report));
        return List.copyOf(last.values());
    }

    /** The most that every shard has reported of a counter; a restored shard may report less. */
    private Map<Integer, Long> most(ToLongFunction<TrainingReport> counter) throws IOException {
        Map<Integer, Long> most = new TreeMap<>();
        for (TrainingReport report : reports()) {
            most.merge(report.getShard(), counter.applyAsLong(report), Math::max);
        }
        return most;
    }

    private List<TrainingReport> reports() throws IOException {
        List<TrainingReport> reports = new ArrayList<>();
        for (var record : Records.read(cluster.kafka().cluster(), topics.trainingReports())) {
            reports.add(TrainingReport.getDecoder().decode(record.value()));
        }
        return reports;
    }
}
