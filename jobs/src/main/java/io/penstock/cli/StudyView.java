package io.penstock.cli;

import io.penstock.schemas.InputOffset;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.TrainingReport;
import io.penstock.training.ShardReports;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the topics have told of a study so far. */
final class StudyView {
    private final String study;
    private final Map<Integer, TrainingReport> reports = new TreeMap<>();
    private final Set<String> rejected = new HashSet<>();
    private final Map<String, Long> rejections = new TreeMap<>();
    private final EnsembleView ensemble = new EnsembleView();
    private @Nullable ModelUpdate model;

    StudyView(String study) {
        this.study = study;
    }

    EnsembleView ensemble() {
        return ensemble;
    }

    /** Takes a report; those of shards that a later run of the study does not have are dropped. */
    void report(TrainingReport report) {
        reports.put(report.getShard(), report);
        reports.keySet().removeIf(shard -> shard >= report.getShards());
    }

    void published(ModelUpdate update) {
        model = update;
    }

    /** Takes a rejected sample; one that comes twice, as after a restart, counts once. */
    void rejected(RejectedSample sample) {
        if (rejected.add(sample.getPartition() + "@" + sample.getOffset())) {
            rejections.merge(sample.getCause().name(), 1L, Long::sum);
        }
    }

    /**
     * What is known.
     *
     * @param ends offset after the last record of each partition of the samples' topic
     */
    StudyStatus status(Map<Integer, Long> ends) {
        List<StudyStatus.Shard> shards = reports.values().stream().map(StudyView::shard).toList();
        ShardReports all = new ShardReports(List.copyOf(reports.values()));
        ModelUpdate last = model;
        return new StudyStatus(
                study,
                shards.isEmpty() ? null : lower(all.phase().name()),
                shards,
                ensemble.counts(),
                new StudyStatus.Data(
                        new TreeMap<>(rejections),
                        last == null ? null : ModelSummary.of(last),
                        last == null ? null : lag(last, ends)));
    }

    private static long lag(ModelUpdate model, Map<Integer, Long> ends) {
        long behind = 0;
        for (Map.Entry<Integer, Long> end : ends.entrySet()) {
            long taken =
                    model.getInputOffsets().stream()
                            .filter(input -> input.getPartition() == end.getKey())
                            .mapToLong(InputOffset::getOffset)
                            .max()
                            .orElse(-1);
            behind += Math.max(0, end.getValue() - taken - 1);
        }
        return behind;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static StudyStatus.Shard shard(TrainingReport report) {
        return new StudyStatus.Shard(
                report.getShard(),
                lower(report.getPhase().name()),
                report.getTimestampMillis(),
                new StudyStatus.Learning(
                        report.getBatches(),
                        new StudyStatus.Losses(
                                report.getLoss(),
                                report.getFreshLoss(),
                                report.getValidationLoss()),
                        report.getLearningRate(),
                        report.getSamplesPerSecond()),
                new StudyStatus.Reservoir(
                        report.getReservoirSeen(),
                        report.getReservoirUnseen(),
                        report.getReservoirCapacity(),
                        report.getInsertsPerSecond(),
                        report.getSampleAge()));
    }
}
