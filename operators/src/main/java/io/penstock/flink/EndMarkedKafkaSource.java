package io.penstock.flink;

import java.io.IOException;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Reads Kafka topics until an end marker.
 *
 * <p>Flink's Kafka source ends at offsets that are known when it starts, or never. Here the end is
 * a record. This source wraps the Kafka source: its reader ends a partition at the marker, its
 * enumerator tells readers when no partition will come any more, and a reader whose partitions have
 * all ended has reached the end of its input. What was read is kept in Flink's checkpoints as ever;
 * a partition that has ended is left out of them, so a restored job does not wait for a marker that
 * lies behind it. Partitions that a topic gains while the job runs are not seen.
 *
 * <p>To be used in streaming mode. That it is declared unbounded makes Flink refuse batch mode,
 * which would take no checkpoints.
 */
public final class EndMarkedKafkaSource
        implements Source<ConsumedRecord, KafkaPartitionSplit, KafkaSourceEnumState>,
                ResultTypeQueryable<ConsumedRecord> {
    private static final long serialVersionUID = 1L;

    /** What a marker ends. */
    public enum End {
        /**
         * The partition it lies in: every partition has its own (solver-outputs). The marker is not
         * emitted; what follows it in its partition is not read.
         */
        OF_PARTITION,
        /**
         * The reader that meets it, with all its partitions: there is one marker (simulation-events
         * and shard-weights, read with parallelism 1; the controls are read along with the latter,
         * and end with them). The marker is emitted.
         */
        OF_READER,
        /** Nothing: markers are records like others, and the source never ends. */
        NEVER
    }

    private final KafkaSource<ConsumedRecord> kafka;
    private final EndMark mark;
    private final End end;

    /**
     * @param client Kafka consumer settings with at least {@code bootstrap.servers}
     * @param topics topics to read
     * @param starting where to begin when there is no checkpoint
     * @param mark the marker
     * @param end what a marker ends
     */
    public EndMarkedKafkaSource(
            Properties client,
            List<String> topics,
            OffsetsInitializer starting,
            EndMark mark,
            End end) {
        Properties settings = new Properties();
        settings.putAll(client);
        // The set of partitions has to be complete before "no more" can be said.
        settings.setProperty(KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(), "-1");
        this.kafka =
                KafkaSource.<ConsumedRecord>builder()
                        .setProperties(settings)
                        .setTopics(topics)
                        .setStartingOffsets(starting)
                        .setDeserializer(new ConsumedRecordDeserializer())
                        .build();
        this.mark = mark;
        this.end = end;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<ConsumedRecord, KafkaPartitionSplit> createReader(
            SourceReaderContext context) throws Exception {
        SourceReader<ConsumedRecord, KafkaPartitionSplit> reader = kafka.createReader(context);
        return end == End.NEVER
                ? reader
                : new EndMarkedReader(reader, mark.matcher(), end == End.OF_READER);
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context) {
        if (end == End.NEVER) {
            return kafka.createEnumerator(context);
        }
        DiscoveryContext watched = new DiscoveryContext(context);
        return new CompletingEnumerator(kafka.createEnumerator(watched), watched);
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState checkpoint)
            throws IOException {
        if (end == End.NEVER) {
            return kafka.restoreEnumerator(context, checkpoint);
        }
        DiscoveryContext watched = new DiscoveryContext(context);
        return new CompletingEnumerator(kafka.restoreEnumerator(watched, checkpoint), watched);
    }

    @Override
    public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
        return kafka.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
        return kafka.getEnumeratorCheckpointSerializer();
    }

    @Override
    public TypeInformation<ConsumedRecord> getProducedType() {
        return kafka.getProducedType();
    }
}
