package io.penstock.flink;

import io.penstock.schemas.ShardWeights;
import io.penstock.schemas.ShardWeightsKind;
import io.penstock.training.ContributionChunk;
import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the log of contributions to what is said about them: their values stay behind, to be read by
 * position when a round is complete. Checks every checksum once, for all shards. Other records, and
 * other studies', are dropped; what cannot be decoded is counted as {@code undecodable}.
 */
public final class ContributionDecoder
        extends RichFlatMapFunction<ConsumedRecord, ContributionChunk> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ContributionDecoder.class);

    private final String study;
    private transient @Nullable Counter undecodable;

    /** For the contributions of one study. */
    public ContributionDecoder(String study) {
        this.study = study;
    }

    @Override
    public void open(OpenContext openContext) {
        undecodable = getRuntimeContext().getMetricGroup().counter("undecodable");
    }

    @Override
    public void flatMap(ConsumedRecord consumed, Collector<ContributionChunk> out) {
        ShardWeights record;
        try {
            record = ShardWeightsRecords.decode(consumed.value());
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
            return;
        }
        if (record.getKind() == ShardWeightsKind.CONTRIBUTION && record.getStudy().equals(study)) {
            out.collect(ShardWeightsRecords.chunk(record, consumed.offset()));
        }
    }
}
