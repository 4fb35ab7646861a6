package io.penstock.flink;

import io.penstock.schemas.RejectionCause;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * What became of the records of {@code solver-outputs}, as counters of the operator that checks
 * them in the group {@code samples}, labelled with the study: {@code accepted} and, with the label
 * cause, {@code rejected}.
 */
final class SampleMetrics {
    private final Counter accepted;
    private final Map<RejectionCause, Counter> rejected = new EnumMap<>(RejectionCause.class);

    SampleMetrics(MetricGroup operator, String study) {
        MetricGroup group = operator.addGroup("samples").addGroup("study", study);
        accepted = group.counter("accepted");
        // All of them from the start: a counter that appears with its first event hides it.
        for (RejectionCause cause : RejectionCause.values()) {
            rejected.put(cause, group.addGroup("cause", cause.name()).counter("rejected"));
        }
    }

    void accepted() {
        accepted.inc();
    }

    void rejected(RejectionCause cause) {
        Objects.requireNonNull(rejected.get(cause)).inc();
    }
}
