package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.sample.Quantity;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import io.penstock.solver.RequestPlan;
import io.penstock.solver.SamplerKind;
import io.penstock.solver.SupervisionSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SuperviseOperatorTest {
    private static final RequestPlan PLAN =
            new RequestPlan(
                    "plates",
                    List.of(new Quantity("initial", "K", 100, 500)),
                    SamplerKind.MONTE_CARLO,
                    1,
                    0,
                    2);

    @Test
    void tellsTheEndWithTheTime() throws Exception {
        try (var harness = harness(null)) {
            harness.setProcessingTime(123);
            event(harness, EventKind.FINISHED, 0);
            event(harness, EventKind.FINISHED, 1);

            List<WireRecord> told = harness.extractOutputValues();
            assertThat(told).hasSize(1);
            SimulationEvent end = SimulationEvent.getDecoder().decode(told.get(0).value());
            assertThat(told.get(0).key()).asString().isEqualTo("plates");
            assertThat(end.getKind()).isEqualTo(EventKind.ENSEMBLE_FINISHED);
            assertThat(end.getTimestampMillis()).isEqualTo(123);
        }
    }

    @Test
    void asksAgainWhenTheClockSaysSoAlsoAfterARestore() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = harness(null)) {
            requests(harness);
            event(harness, EventKind.STARTED, 1);
            harness.setProcessingTime(9_000);
            assertThat(asked(harness)).isEmpty();
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness(snapshot)) {
            harness.setProcessingTime(20_000);
            assertThat(asked(harness)).containsExactly("1/2");
            harness.setProcessingTime(90_000);
            assertThat(asked(harness)).containsExactly("1/2");
        }
    }

    /** As a solver says it that was built with the first release. */
    @Test
    void understandsSolversOfFormerReleases() throws Exception {
        Schema former;
        try (var in =
                SimulationEvent.class.getResourceAsStream("by-fingerprint/3d39333378872261.avsc")) {
            former = new Schema.Parser().parse(in);
        }
        try (var harness = harness(null)) {
            for (long simulation = 0; simulation < 2; simulation++) {
                GenericRecord event =
                        new GenericRecordBuilder(former)
                                .set("study", "plates")
                                .set(
                                        "kind",
                                        new GenericData.EnumSymbol(
                                                former.getField("kind").schema(), "FINISHED"))
                                .set("simulation", simulation)
                                .build();
                harness.processElement2(
                        record(
                                new BinaryMessageEncoder<GenericRecord>(GenericData.get(), former)
                                        .encode(event)
                                        .array()));
            }
            assertThat(harness.extractOutputValues()).hasSize(1);
        }
    }

    @Test
    void passesOverWhatItCannotReadOrIsOfAnotherStudy() throws Exception {
        try (var harness = harness(null)) {
            for (byte[] value : new byte[][] {null, {}, {1, 2, 3}}) {
                harness.processElement1(record(value));
                harness.processElement2(record(value));
            }
            SimulationRequest another =
                    SimulationRequest.newBuilder(PLAN.requests().get(0)).setStudy("other").build();
            harness.processElement1(record(SimulationRequests.encode(another).value()));
            event(harness, EventKind.FAILED, 0);
            assertThat(asked(harness)).isEmpty();
            requests(harness);
            assertThat(asked(harness)).containsExactly("0/2");
        }
    }

    private static TwoInputStreamOperatorTestHarness<ConsumedRecord, ConsumedRecord, WireRecord>
            harness(@Nullable OperatorSubtaskState snapshot) throws Exception {
        var harness =
                new TwoInputStreamOperatorTestHarness<>(
                        new SuperviseOperator(
                                PLAN, new SupervisionSpec(Duration.ofSeconds(10), 3)));
        if (snapshot != null) {
            harness.initializeState(snapshot);
        }
        harness.open();
        return harness;
    }

    private static void requests(
            TwoInputStreamOperatorTestHarness<ConsumedRecord, ConsumedRecord, WireRecord> harness)
            throws Exception {
        for (SimulationRequest request : PLAN.requests()) {
            harness.processElement1(record(SimulationRequests.encode(request).value()));
        }
    }

    private static void event(
            TwoInputStreamOperatorTestHarness<ConsumedRecord, ConsumedRecord, WireRecord> harness,
            EventKind kind,
            long simulation)
            throws Exception {
        SimulationEvent event =
                SimulationEvent.newBuilder()
                        .setStudy("plates")
                        .setKind(kind)
                        .setSimulation(simulation)
                        .build();
        harness.processElement2(record(SimulationEvents.encode(event).value()));
    }

    private static StreamRecord<ConsumedRecord> record(byte @Nullable [] value) {
        return new StreamRecord<>(new ConsumedRecord("topic", 0, 0, null, value));
    }

    private static List<String> asked(
            TwoInputStreamOperatorTestHarness<ConsumedRecord, ConsumedRecord, WireRecord> harness)
            throws IOException {
        List<String> asked = new ArrayList<>();
        var emitted = harness.getSideOutput(SuperviseOperator.REQUESTS);
        if (emitted != null) {
            for (StreamRecord<WireRecord> record : emitted) {
                SimulationRequest request =
                        SimulationRequest.getDecoder().decode(record.getValue().value());
                asked.add(request.getSimulation() + "/" + request.getAttempt());
            }
        }
        return asked;
    }
}
