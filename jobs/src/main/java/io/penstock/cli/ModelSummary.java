package io.penstock.cli;

import io.penstock.schemas.ModelUpdate;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A version of a model, in a line.
 *
 * @param version its number
 * @param last whether it ended a run
 * @param timestampMillis when it was published, milliseconds since the epoch
 * @param weights its weights
 * @param metrics metrics at its publication, by name
 */
record ModelSummary(
        long version,
        boolean last,
        long timestampMillis,
        Weights weights,
        Map<String, Double> metrics) {
    /**
     * Weights in safetensors form.
     *
     * @param bytes size
     * @param sha256 digest, lower-case hex
     * @param uri where they lie; null when they are inside the record
     */
    record Weights(long bytes, String sha256, @Nullable String uri) {
        String where() {
            return uri == null ? "in the topic" : uri;
        }
    }

    static ModelSummary of(ModelUpdate update) {
        return new ModelSummary(
                update.getVersion(),
                update.getLast(),
                update.getTimestampMillis(),
                new Weights(
                        update.getWeightsBytes(),
                        update.getWeightsSha256(),
                        update.getWeightsUri()),
                new TreeMap<>(update.getMetrics()));
    }
}
