package io.penstock.run;

import io.penstock.report.TrainingHistory;
import io.penstock.sample.WriterSchemas;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.TrainingReport;
import io.penstock.training.ShardReports;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.message.MessageDecoder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of a run from its topics. Records that arrive twice, as after a restart, count
 * once; of a simulation that both finished and failed, what it did last counts.
 */
final class RunProgress {
    private static final Logger LOG = LoggerFactory.getLogger(RunProgress.class);

    private static final MessageDecoder<SimulationEvent> EVENTS =
            SimulationEvent.createDecoder(WriterSchemas.STORE);
    private static final MessageDecoder<TrainingReport> REPORTS =
            TrainingReport.createDecoder(WriterSchemas.STORE);

    private final String study;
    private final TrainingHistory history;
    private final Set<Long> started = new HashSet<>();
    private final Set<Long> finished = new HashSet<>();
    private final Set<Long> failed = new HashSet<>();
    private final Set<Long> replacements = new HashSet<>();
    private final Set<String> rejected = new HashSet<>();
    private final Map<String, Long> rejections = new TreeMap<>();
    private boolean ensembleFinished;
    private @Nullable String failure;
    private @Nullable ModelUpdate model;

    /**
     * @param study the study; records of others are passed over
     * @param history receives every training report
     */
    RunProgress(String study, TrainingHistory history) {
        this.study = study;
        this.history = history;
    }

    /** Takes an event of a simulation. */
    void event(ConsumerRecord<byte[], byte[]> record) {
        decode(record, EVENTS::decode)
                .filter(event -> event.getStudy().equals(study))
                .ifPresent(this::event);
    }

    private void event(SimulationEvent event) {
        switch (event.getKind()) {
            case STARTED -> {
                started.add(event.getSimulation());
                failed.remove(event.getSimulation());
            }
            case FINISHED -> {
                finished.add(event.getSimulation());
                failed.remove(event.getSimulation());
            }
            case FAILED -> {
                failed.add(event.getSimulation());
                finished.remove(event.getSimulation());
                failure = event.getReason();
                if (event.getReplacedBy() >= 0) {
                    replacements.add(event.getReplacedBy());
                }
                LOG.warn("simulation {} failed: {}", event.getSimulation(), event.getReason());
            }
            case ENSEMBLE_FINISHED -> ensembleFinished = true;
            case HEARTBEAT -> {}
        }
    }

    /** Takes a training report. */
    void report(ConsumerRecord<byte[], byte[]> record) {
        decode(record, REPORTS::decode)
                .filter(found -> found.getStudy().equals(study))
                .ifPresent(history::add);
    }

    /** Takes a model version. */
    void model(ConsumerRecord<byte[], byte[]> record) {
        decode(record, ModelUpdate.getDecoder()::decode)
                .filter(found -> found.getStudy().equals(study))
                .ifPresent(found -> model = found);
    }

    /** Takes a rejected sample. */
    void rejection(ConsumerRecord<byte[], byte[]> record) {
        decode(record, RejectedSample.getDecoder()::decode)
                .filter(found -> found.getStudy().equals(study))
                .filter(found -> rejected.add(found.getPartition() + "@" + found.getOffset()))
                .ifPresent(found -> rejections.merge(found.getCause().name(), 1L, Long::sum));
    }

    private interface Decoder<T> {
        T decode(byte[] bytes) throws IOException;
    }

    private static <T> Optional<T> decode(
            ConsumerRecord<byte[], byte[]> record, Decoder<T> decoder) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(decoder.decode(record.value()));
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "passed over an undecodable record at {}-{}@{}: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.toString());
            return Optional.empty();
        }
    }

    int started() {
        return started.size();
    }

    int finished() {
        return finished.size();
    }

    int failed() {
        return failed.size();
    }

    /** Simulations requested in the stead of others that were given up. */
    int replacements() {
        return replacements.size();
    }

    /** Why the last simulation that failed did. */
    Optional<String> lastFailure() {
        return Optional.ofNullable(failure);
    }

    /** Whether no simulation will send anything more. */
    boolean isEnsembleFinished() {
        return ensembleFinished;
    }

    /** Rejected samples by cause. */
    Map<String, Long> rejections() {
        return rejections;
    }

    /** The last training report of every shard. */
    ShardReports lastReports() {
        return history.latest();
    }

    /** The last model version. */
    Optional<ModelUpdate> lastModel() {
        return Optional.ofNullable(model);
    }

    /** Whether the last report of every shard and the last model of the run have come. */
    boolean isComplete() {
        return model != null && model.getLast() && lastReports().areFinished();
    }
}
