package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.sample.FieldSpec;
import io.penstock.sample.Quantity;
import io.penstock.sample.Sample;
import io.penstock.sample.SampleSpec;
import io.penstock.sample.WireFormat;
import io.penstock.schemas.DType;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.Field;
import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.RejectionCause;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SolverOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingTaskMetricGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DecodeFunctionTest {
    private static final int LIMIT = 100_000;
    private static final SampleSpec SPEC =
            new SampleSpec(
                    "heat",
                    List.of(new Quantity("left", "K", 0, 1)),
                    new Quantity("time", "s", 0, 1),
                    List.of(new FieldSpec("u", "K", List.of(2), 0, 1)),
                    10,
                    LIMIT);
    private static final byte[] KEY = "7".getBytes(StandardCharsets.UTF_8);

    @Test
    void samplesGoOnWithTheirPosition() throws Exception {
        try (var harness = harness()) {
            harness.processElement(consumed(output(3)), 0);

            assertThat(harness.extractOutputValues())
                    .singleElement()
                    .satisfies(
                            sample -> {
                                assertThat(sample.step()).isEqualTo(3);
                                assertThat(sample.partition()).isEqualTo(2);
                                assertThat(sample.offset()).isEqualTo(41);
                            });
            assertThat(harness.getSideOutput(DecodeFunction.REJECTED)).isNull();
        }
    }

    @Test
    void badRecordGoesToTheSideOutputWithReasonAndPosition() throws Exception {
        try (var harness = harness()) {
            harness.setProcessingTime(1234);
            byte[] bad = output(10);
            harness.processElement(consumed(bad), 0);

            assertThat(harness.extractOutputValues()).isEmpty();
            WireRecord wire = onlyReject(harness);
            assertThat(wire.key()).isEqualTo(KEY);
            assertThat(wire.partition()).isEqualTo(WireRecord.ANY_PARTITION);
            RejectedSample rejected = decode(wire);
            assertThat(rejected.getStudy()).isEqualTo("heat");
            assertThat(rejected.getCause()).isEqualTo(RejectionCause.WRONG_STEP);
            assertThat(rejected.getReason()).isEqualTo("step is 10; allowed: 0 to 9");
            assertThat(rejected.getTopic()).isEqualTo("solver-outputs");
            assertThat(rejected.getPartition()).isEqualTo(2);
            assertThat(rejected.getOffset()).isEqualTo(41);
            assertThat(rejected.getSimulation()).isEqualTo(7);
            assertThat(rejected.getTimeStep()).isEqualTo(10);
            assertThat(rejected.getOriginal()).isEqualTo(ByteBuffer.wrap(bad));
            assertThat(rejected.getOriginalBytes()).isEqualTo(bad.length);
            assertThat(rejected.getTimestampMillis()).isEqualTo(1234);
        }
    }

    @Test
    void tooLargeRecordIsCut() throws Exception {
        try (var harness = harness()) {
            harness.processElement(consumed(new byte[LIMIT + 1]), 0);

            RejectedSample rejected = decode(onlyReject(harness));
            assertThat(rejected.getCause()).isEqualTo(RejectionCause.TOO_LARGE);
            assertThat(rejected.getOriginal().remaining()).isEqualTo(64 << 10);
            assertThat(rejected.getOriginalBytes()).isEqualTo(LIMIT + 1);
        }
    }

    @Test
    void missingValueIsRejectedWithoutBytes() throws Exception {
        try (var harness = harness()) {
            harness.processElement(consumed(null), 0);

            RejectedSample rejected = decode(onlyReject(harness));
            assertThat(rejected.getCause()).isEqualTo(RejectionCause.EMPTY);
            assertThat(rejected.getOriginalBytes()).isZero();
            assertThat(rejected.getSimulation()).isNull();
        }
    }

    @Test
    void endMarkerIsNeitherSampleNorReject() throws Exception {
        try (var harness = harness()) {
            harness.processElement(consumed(endOfStudy()), 0);

            assertThat(harness.getOutput()).isEmpty();
            assertThat(harness.getSideOutput(DecodeFunction.REJECTED)).isNull();
        }
    }

    @Test
    void acceptedAndRejectedAreCounted() throws Exception {
        MetricRecorder metrics = new MetricRecorder();
        try (MockEnvironment environment = reportingTo(metrics);
                var harness =
                        new OneInputStreamOperatorTestHarness<>(
                                new ProcessOperator<>(
                                        new DecodeFunction(
                                                SPEC,
                                                WireFormat.singleObject(),
                                                new Topic("made-first"))),
                                environment)) {
            harness.open();
            harness.processElement(consumed(output(0)), 0);
            harness.processElement(consumed(output(1)), 0);
            harness.processElement(consumed(output(-1)), 0);
            harness.processElement(consumed(endOfStudy()), 0);

            String study = "samples.study=" + SPEC.study();
            assertThat(metrics.value(study + ".accepted")).isEqualTo(2L);
            assertThat(metrics.value(study + ".cause=WRONG_STEP.rejected")).isEqualTo(1L);
            assertThat(metrics.value(study + ".cause=EMPTY.rejected"))
                    .as("known before it happens")
                    .isEqualTo(0L);
        }
    }

    /** A topic of that id. */
    private record Topic(String read) implements TopicIdentity {
        @Override
        public String topic() {
            return "outputs";
        }
    }

    @Test
    void refusesToGoOnInAnotherTopicOfThatName() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = harness("made-first")) {
            harness.open();
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness("made-first")) {
            harness.initializeState(snapshot);
            harness.open();
        }
        try (var harness = harness("made-again")) {
            assertThatThrownBy(() -> harness.initializeState(snapshot))
                    .hasMessageContaining(
                            "topic outputs has been deleted and made anew since the checkpoint")
                    .hasMessageContaining("its id was made-first and is made-again");
        }
    }

    private static OneInputStreamOperatorTestHarness<ConsumedRecord, Sample> harness(String topic)
            throws Exception {
        return new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(
                        new DecodeFunction(SPEC, WireFormat.singleObject(), new Topic(topic))));
    }

    @Test
    void typeOfItsSamplesKnowsTheLengthOfARow() {
        assertThat(
                        new DecodeFunction(SPEC, WireFormat.singleObject(), new Topic("made-first"))
                                .getProducedType())
                .isEqualTo(new SampleTypeInfo(16));
    }

    private static OneInputStreamOperatorTestHarness<ConsumedRecord, Sample> harness()
            throws Exception {
        return ProcessFunctionTestHarnesses.forProcessFunction(
                new DecodeFunction(SPEC, WireFormat.singleObject(), new Topic("made-first")));
    }

    private static MockEnvironment reportingTo(MetricRecorder metrics) {
        return MockEnvironment.builder()
                .setMetricGroup(
                        new InterceptingTaskMetricGroup() {
                            @Override
                            public InternalOperatorMetricGroup getOrAddOperator(
                                    OperatorID id, String name, Map<String, String> variables) {
                                return new InterceptingOperatorMetricGroup() {
                                    @Override
                                    public MetricGroup addGroup(String name) {
                                        return metrics.addGroup(name);
                                    }
                                };
                            }
                        })
                .build();
    }

    private static ConsumedRecord consumed(byte @Nullable [] value) {
        return new ConsumedRecord("solver-outputs", 2, 41, KEY, value);
    }

    private static byte[] output(int step) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(8);
        return SolverOutput.getEncoder()
                .encode(
                        SolverOutput.newBuilder()
                                .setStudy("heat")
                                .setSimulation(7)
                                .setTimeStep(step)
                                .setTime(0.5)
                                .setParameters(List.of(0.5))
                                .setFields(List.of(new Field("u", List.of(2), DType.FLOAT32, data)))
                                .build())
                .array();
    }

    private static byte[] endOfStudy() throws IOException {
        return SimulationEvent.getEncoder()
                .encode(
                        SimulationEvent.newBuilder()
                                .setStudy("heat")
                                .setKind(EventKind.ENSEMBLE_FINISHED)
                                .build())
                .array();
    }

    private static WireRecord onlyReject(
            OneInputStreamOperatorTestHarness<ConsumedRecord, Sample> harness) {
        assertThat(rejects(harness)).hasSize(1);
        return rejects(harness).element().getValue();
    }

    private static Queue<StreamRecord<WireRecord>> rejects(
            OneInputStreamOperatorTestHarness<ConsumedRecord, Sample> harness) {
        return harness.getSideOutput(DecodeFunction.REJECTED);
    }

    private static RejectedSample decode(WireRecord wire) throws IOException {
        return RejectedSample.getDecoder().decode(wire.value());
    }
}
