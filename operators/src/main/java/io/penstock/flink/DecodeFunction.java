package io.penstock.flink;

import io.penstock.sample.Decoded;
import io.penstock.sample.EndMarker;
import io.penstock.sample.Rejection;
import io.penstock.sample.Sample;
import io.penstock.sample.SampleDecoder;
import io.penstock.sample.SampleSpec;
import io.penstock.sample.WireFormat;
import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.RejectionCause;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Decodes and checks the records of {@code solver-outputs}: samples go on, bad records go to the
 * side output {@link #REJECTED} as encoded RejectedSample records, and end markers (of a study that
 * runs for ever, whose source does not stop at them) are dropped.
 *
 * <p>State: the identity of the topic. Positions of samples mean nothing in another topic of the
 * same name, so a restore after the topic was made anew is refused.
 *
 * <p>Metrics: {@link SampleMetrics}. A sample's row is used again for the next one, so whatever is
 * chained to this function must not keep it.
 */
public final class DecodeFunction extends ProcessFunction<ConsumedRecord, Sample>
        implements ResultTypeQueryable<Sample>, CheckpointedFunction {
    /** Bad records, with the key of the input record. */
    public static final OutputTag<WireRecord> REJECTED =
            new OutputTag<>("rejected-samples", WireRecordTypes.WIRE_RECORD);

    private static final long serialVersionUID = 1L;
    private static final int ORIGINAL_BYTES_OF_TOO_LARGE = 64 << 10;

    private final SampleSpec spec;
    private final WireFormat format;
    private final TopicIdentity topic;

    private transient @Nullable Live live;

    /** What one subtask works with. */
    private record Live(SampleDecoder decoder, SampleMetrics metrics) {}

    /**
     * @param spec what the samples of the study look like
     * @param format wire format of its records
     * @param topic identity of the topic they are read from
     */
    public DecodeFunction(SampleSpec spec, WireFormat format, TopicIdentity topic) {
        this.spec = spec;
        this.format = format;
        this.topic = topic;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        ListState<String> readFrom =
                context.getOperatorStateStore()
                        .getListState(new ListStateDescriptor<>("topic", Types.STRING));
        String now = topic.read();
        for (String before : readFrom.get()) {
            if (!before.equals(now)) {
                throw new IOException(
                        "topic "
                                + topic.topic()
                                + " has been deleted and made anew since the checkpoint (its id was "
                                + before
                                + " and is "
                                + now
                                + "): the checkpoint's positions mean nothing there. Start the"
                                + " training without the checkpoint");
            }
        }
        readFrom.update(List.of(now));
    }

    /** The state stays what it was set to. */
    @Override
    public void snapshotState(FunctionSnapshotContext context) {}

    @Override
    public void open(OpenContext openContext) {
        live =
                new Live(
                        new SampleDecoder(spec, format),
                        new SampleMetrics(getRuntimeContext().getMetricGroup(), spec.study()));
    }

    @Override
    public void processElement(ConsumedRecord consumed, Context context, Collector<Sample> out)
            throws IOException {
        Live current = live;
        if (current == null) {
            throw new IllegalStateException("processElement before open");
        }
        Decoded decoded =
                current.decoder.decode(consumed.partition(), consumed.offset(), consumed.value());
        if (decoded instanceof Sample sample) {
            current.metrics.accepted();
            out.collect(sample);
        } else if (decoded instanceof Rejection rejection) {
            current.metrics.rejected(rejection.cause());
            long now = context.timerService().currentProcessingTime();
            context.output(REJECTED, encode(consumed, rejection, now));
        } else if (!(decoded instanceof EndMarker)) {
            throw new IllegalStateException("not handled: " + decoded);
        }
    }

    private WireRecord encode(ConsumedRecord consumed, Rejection rejection, long now)
            throws IOException {
        byte[] value = consumed.value() == null ? new byte[0] : consumed.value();
        int kept =
                rejection.cause() == RejectionCause.TOO_LARGE
                        ? Math.min(value.length, ORIGINAL_BYTES_OF_TOO_LARGE)
                        : value.length;
        RejectedSample rejected =
                RejectedSample.newBuilder()
                        .setStudy(spec.study())
                        .setCause(rejection.cause())
                        .setReason(rejection.reason())
                        .setTopic(consumed.topic())
                        .setPartition(consumed.partition())
                        .setOffset(consumed.offset())
                        .setSimulation(rejection.simulation())
                        .setTimeStep(rejection.step())
                        .setOriginalBytes(value.length)
                        .setOriginal(ByteBuffer.wrap(value, 0, kept))
                        .setTimestampMillis(now)
                        .build();
        return new WireRecord(
                consumed.key(),
                RejectedSample.getEncoder().encode(rejected).array(),
                WireRecord.ANY_PARTITION);
    }

    @Override
    public TypeInformation<Sample> getProducedType() {
        return new SampleTypeInfo(spec.rowBytes());
    }
}
