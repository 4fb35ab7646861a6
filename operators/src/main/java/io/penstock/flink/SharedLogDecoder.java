package io.penstock.flink;

import io.penstock.schemas.ShardWeights;
import io.penstock.schemas.ShardWeightsKind;
import io.penstock.schemas.TrainingControl;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the logs that all shards read to what is said in them. Of contributions the values stay
 * behind, to be read by position when a round is complete; checks every checksum once, for all
 * shards. Other records, and other studies', are dropped; what cannot be decoded is counted as
 * {@code undecodable}.
 */
public final class SharedLogDecoder extends RichFlatMapFunction<ConsumedRecord, SharedRecord> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(SharedLogDecoder.class);

    private final String study;
    private final String controls;
    private transient @Nullable Counter undecodable;

    /**
     * For the records of one study.
     *
     * @param controls the topic of the controls; all others are of contributions
     */
    public SharedLogDecoder(String study, String controls) {
        this.study = study;
        this.controls = controls;
    }

    @Override
    public void open(OpenContext openContext) {
        undecodable = getRuntimeContext().getMetricGroup().counter("undecodable");
    }

    @Override
    public void flatMap(ConsumedRecord consumed, Collector<SharedRecord> out) {
        decode(consumed).ifPresent(out::collect);
    }

    /** What a record says; nothing when it is none, or no business of the study. */
    Optional<SharedRecord> decode(ConsumedRecord consumed) {
        try {
            return consumed.topic().equals(controls) ? control(consumed) : contribution(consumed);
        } catch (IOException e) {
            if (undecodable != null) {
                undecodable.inc();
            }
            LOG.warn(
                    "passed over {}-{}@{}: {}",
                    consumed.topic(),
                    consumed.partition(),
                    consumed.offset(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<SharedRecord> control(ConsumedRecord consumed) throws IOException {
        TrainingControl record = ControlRecords.decode(consumed.value());
        return record.getStudy().equals(study)
                ? Optional.of(
                        new SharedRecord(null, ControlRecords.control(record, consumed.offset())))
                : Optional.empty();
    }

    private Optional<SharedRecord> contribution(ConsumedRecord consumed) throws IOException {
        ShardWeights record = ShardWeightsRecords.decode(consumed.value());
        return record.getKind() == ShardWeightsKind.CONTRIBUTION && record.getStudy().equals(study)
                ? Optional.of(
                        new SharedRecord(
                                ShardWeightsRecords.chunk(record, consumed.offset()), null))
                : Optional.empty();
    }
}
