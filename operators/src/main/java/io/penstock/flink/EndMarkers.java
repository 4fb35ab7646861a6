package io.penstock.flink;

import io.penstock.sample.EndMarkerMatcher;
import io.penstock.sample.WireFormat;
import io.penstock.setting.Check;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * From the event ENSEMBLE_FINISHED of a study to the end markers of {@code solver-outputs}: the
 * same bytes, once for each partition. All other events are dropped.
 */
public final class EndMarkers extends RichFlatMapFunction<ConsumedRecord, WireRecord> {
    private static final long serialVersionUID = 1L;

    private final String study;
    private final WireFormat format;
    private final int partitions;

    private transient @Nullable EndMarkerMatcher matcher;

    /**
     * @param partitions partitions of {@code solver-outputs}
     */
    public EndMarkers(String study, WireFormat format, int partitions) {
        Check.atLeast(1, "partitions", partitions);
        this.study = study;
        this.format = format;
        this.partitions = partitions;
    }

    @Override
    public void open(OpenContext openContext) {
        matcher = new EndMarkerMatcher(study, format);
    }

    @Override
    public void flatMap(ConsumedRecord event, Collector<WireRecord> out) {
        byte[] value = event.value();
        if (value == null || matcher == null || !matcher.matches(value)) {
            return;
        }
        for (int partition = 0; partition < partitions; partition++) {
            out.collect(new WireRecord(event.key(), value, partition));
        }
    }
}
