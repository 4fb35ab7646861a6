package io.penstock.run;

import io.penstock.broker.TopicAdmin;
import io.penstock.report.RunReport;
import io.penstock.report.TrainingHistory;
import io.penstock.reservoir.ReservoirSpec;
import io.penstock.sample.EndMarkerMatcher;
import io.penstock.sample.WireFormat;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.TrainingReport;
import io.penstock.study.Study;
import io.penstock.training.PaceSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sums a run up for {@code report.json}. */
final class RunSummary {
    private static final Logger LOG = LoggerFactory.getLogger(RunSummary.class);
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final long MARKERS_SOUGHT = 16;

    private final Study study;
    private final RunProgress progress;
    private final TrainingHistory history;

    RunSummary(Study study, RunProgress progress, TrainingHistory history) {
        this.study = study;
        this.progress = progress;
        this.history = history;
    }

    /** The report of the run. */
    RunReport report(RunEnvironment environment, RunEnd end, Instant startedAt, Duration duration) {
        return new RunReport(
                setup(),
                new RunReport.Data(simulations(), samples(environment), progress.rejections()),
                history.totals(),
                new RunReport.Course(
                        end.outcome(),
                        end.failure(),
                        startedAt,
                        duration.toMillis() / 1000.0,
                        progress.lastModel().map(ModelUpdate::getWeightsSha256).orElse(null),
                        RunSummary.class.getPackage().getImplementationVersion()));
    }

    private RunReport.Setup setup() {
        ReservoirSpec reservoir = study.reservoir();
        PaceSpec pace = study.training().pace();
        return new RunReport.Setup(
                study.name(),
                study.seed(),
                new RunReport.Buffer(
                        reservoir.kind().name().toLowerCase(Locale.ROOT),
                        reservoir.capacity(),
                        reservoir.kind() == ReservoirSpec.Kind.FIFO ? null : reservoir.threshold()),
                pace.kind() == PaceSpec.Kind.CONTINUOUS
                        ? "continuous"
                        : "samples-per-insert: " + pace.samplesPerInsert(),
                study.training().shards());
    }

    private RunReport.Simulations simulations() {
        long requested =
                study.requestPlan()
                        .map(plan -> plan.simulations() + progress.replacements())
                        .orElse(progress.started());
        return new RunReport.Simulations(
                requested, (long) progress.finished(), (long) progress.failed());
    }

    private RunReport.Samples samples(RunEnvironment environment) {
        Long inserts = sum(TrainingReport::getInserts);
        Long validation = sum(TrainingReport::getValidationSamples);
        return new RunReport.Samples(
                produced(environment),
                inserts == null || validation == null ? null : (Long) (inserts + validation),
                validation,
                sum(TrainingReport::getDuplicates),
                progress.rejections().values().stream().mapToLong(Long::longValue).sum(),
                sum(TrainingReport::getSamplesTrained));
    }

    private @Nullable Long sum(ToLongFunction<TrainingReport> value) {
        return history.isEmpty() ? null : (Long) history.latest().total(value);
    }

    /** Records of solver-outputs since the run began; null when the broker does not answer. */
    private @Nullable Long produced(RunEnvironment environment) {
        try {
            return samplesWritten(environment);
        } catch (IOException | KafkaException e) {
            LOG.warn("the samples produced could not be counted", e);
            return null;
        }
    }

    /** The end markers behind the samples do not count. */
    private @Nullable Long samplesWritten(RunEnvironment environment) throws IOException {
        String topic = study.topics().solverOutputs();
        Map<Integer, Long> begin = environment.begin(topic);
        Map<TopicPartition, Long> tails = new HashMap<>();
        long records = 0;
        try (TopicAdmin admin = new TopicAdmin(environment.kafka().properties())) {
            for (Map.Entry<Integer, Long> end : admin.endOffsets(topic).entrySet()) {
                long first = begin.getOrDefault(end.getKey(), 0L);
                records += end.getValue() - first;
                if (end.getValue() > first) {
                    tails.put(
                            new TopicPartition(topic, end.getKey()),
                            Math.max(first, end.getValue() - MARKERS_SOUGHT));
                }
            }
        }
        OptionalLong markers = markers(environment, tails);
        return markers.isPresent() ? (Long) (records - markers.getAsLong()) : null;
    }

    private OptionalLong markers(RunEnvironment environment, Map<TopicPartition, Long> tails) {
        if (tails.isEmpty()) {
            return OptionalLong.of(0);
        }
        EndMarkerMatcher matcher = new EndMarkerMatcher(study.name(), WireFormat.singleObject());
        AtomicLong markers = new AtomicLong();
        try (RunTail tail = new RunTail(environment.kafka().consumer(), tails)) {
            boolean read =
                    tail.readToEnd(
                            LIMIT,
                            record -> {
                                if (matcher.matches(record.value())) {
                                    markers.incrementAndGet();
                                }
                            });
            return read ? OptionalLong.of(markers.get()) : OptionalLong.empty();
        }
    }
}
