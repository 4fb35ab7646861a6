package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.sample.WireFormat;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.SimulationEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.streaming.api.operators.StreamFlatMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class EndMarkersTest {
    private static final byte[] KEY = "heat".getBytes(StandardCharsets.UTF_8);

    @Test
    void endOfTheStudyIsCopiedToEveryPartition() throws Exception {
        byte[] end = event("heat", EventKind.ENSEMBLE_FINISHED);
        try (var harness = harness()) {
            harness.processElement(consumed(end), 0);

            assertThat(harness.extractOutputValues())
                    .extracting(WireRecord::partition)
                    .containsExactly(0, 1, 2);
            assertThat(harness.extractOutputValues())
                    .allSatisfy(
                            marker -> {
                                assertThat(marker.key()).isEqualTo(KEY);
                                assertThat(marker.value()).isEqualTo(end);
                            });
        }
    }

    @Test
    void otherEventsAndOtherStudiesAreDropped() throws Exception {
        try (var harness = harness()) {
            harness.processElement(consumed(event("heat", EventKind.STARTED)), 0);
            harness.processElement(consumed(event("wave", EventKind.ENSEMBLE_FINISHED)), 0);
            harness.processElement(consumed(new byte[] {1}), 0);
            harness.processElement(new ConsumedRecord("simulation-events", 0, 0, KEY, null), 0);

            assertThat(harness.getOutput()).isEmpty();
        }
    }

    private static OneInputStreamOperatorTestHarness<ConsumedRecord, WireRecord> harness()
            throws Exception {
        var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new StreamFlatMap<>(new EndMarkers("heat", WireFormat.singleObject(), 3)));
        harness.open();
        return harness;
    }

    private static ConsumedRecord consumed(byte[] value) {
        return new ConsumedRecord("simulation-events", 0, 5, KEY, value);
    }

    private static byte[] event(String study, EventKind kind) throws IOException {
        return SimulationEvent.getEncoder()
                .encode(SimulationEvent.newBuilder().setStudy(study).setKind(kind).build())
                .array();
    }
}
