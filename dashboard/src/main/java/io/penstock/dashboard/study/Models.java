package io.penstock.dashboard.study;

import io.penstock.dashboard.study.EnsembleView.Parameter;
import io.penstock.dashboard.study.StateView.ModelView;
import io.penstock.schemas.ModelUpdate;
import io.penstock.surrogate.ModelDescription;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The published versions of a study's model; of the newest all of it. */
final class Models {
    private static final int SHOWN = 200;

    private final ArrayDeque<ModelView> versions = new ArrayDeque<>();
    private @Nullable ModelUpdate newest;
    private @Nullable ModelDescription description;

    void add(ModelUpdate update) {
        // A job that starts again from a checkpoint may tell of a version twice.
        versions.removeIf(
                known ->
                        known.version() == update.getVersion()
                                && known.sha256().equals(update.getWeightsSha256()));
        versions.addFirst(
                new ModelView(
                        update.getVersion(),
                        update.getLast(),
                        update.getTimestampMillis(),
                        update.getWeightsBytes(),
                        update.getWeightsSha256(),
                        new TreeMap<>(update.getMetrics())));
        if (versions.size() > SHOWN) {
            versions.removeLast();
        }
        newest = update;
        try {
            description = ModelDescription.fromJson(update.getModel());
        } catch (IOException | RuntimeException e) {
            description = null; // Of another release; its versions can be listed all the same.
        }
    }

    /** Those of a run, which began at a time, newest first. */
    List<ModelView> view(long since) {
        return versions.stream().filter(version -> version.time() >= since).toList();
    }

    Optional<ModelUpdate> newest() {
        return Optional.ofNullable(newest);
    }

    Optional<ModelDescription> description() {
        return Optional.ofNullable(description);
    }

    /** The parameters of the study: the inputs of its model but for the last, the time. */
    List<Parameter> parameters() {
        ModelDescription known = description;
        if (known == null) {
            return List.of();
        }
        return known.inputs().stream()
                .limit(Math.max(0, known.inputs().size() - 1))
                .map(input -> new Parameter(input.name(), input.unit()))
                .toList();
    }
}
