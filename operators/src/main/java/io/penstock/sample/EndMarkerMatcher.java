package io.penstock.sample;

import io.penstock.schemas.EventKind;
import io.penstock.schemas.SimulationEvent;
import java.io.IOException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Recognises the event ENSEMBLE_FINISHED of one study among encoded records. Costs a look at the
 * header for records that are not events.
 */
public final class EndMarkerMatcher {
    private static final Schema EVENT = SimulationEvent.getClassSchema();

    private final String study;
    private final WireFormat format;
    private final SchemaResolution resolution = new SchemaResolution();

    /** For the events of {@code study} in records of {@code format}. */
    public EndMarkerMatcher(String study, WireFormat format) {
        this.study = study;
        this.format = format;
    }

    /** Whether {@code value} is the end of the study; false for whatever cannot be read. */
    public boolean matches(byte @Nullable [] value) {
        if (value == null) {
            return false;
        }
        try {
            WireFormat.Body body = format.body(value);
            if (!body.writer().getFullName().equals(EVENT.getFullName())) {
                return false;
            }
            SimulationEvent event = resolution.event(body, value);
            return event.getKind() == EventKind.ENSEMBLE_FINISHED && event.getStudy().equals(study);
        } catch (UnknownSchemaException | IOException e) {
            return false; // Whoever decodes the record says what is wrong with it.
        }
    }
}
