package io.penstock.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.sample.WriterSchemas;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.message.MessageDecoder;

/** Makes and reads the records of {@code simulation-events}. */
final class SimulationEvents {
    /** Reads events of this release and of former ones. */
    static final MessageDecoder<SimulationEvent> DECODER =
            SimulationEvent.createDecoder(WriterSchemas.STORE);

    private SimulationEvents() {}

    /**
     * An event of the simulation asked for, at a time of the wall clock; the kind's own fields
     * unset.
     */
    static SimulationEvent.Builder of(SimulationRequest request, EventKind kind, long millis) {
        return SimulationEvent.newBuilder()
                .setStudy(request.getStudy())
                .setKind(kind)
                .setSimulation(request.getSimulation())
                .setAttempt(request.getAttempt())
                .setTimestampMillis(millis);
    }

    /** The event encoded, keyed by its simulation, or by the study when it has none. */
    static WireRecord encode(SimulationEvent event) {
        String key =
                event.getKind() == EventKind.ENSEMBLE_FINISHED
                        ? event.getStudy()
                        : Long.toString(event.getSimulation());
        try {
            // The buffer is fresh and exactly full.
            byte[] value = SimulationEvent.getEncoder().encode(event).array();
            return new WireRecord(key.getBytes(UTF_8), value, WireRecord.ANY_PARTITION);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
