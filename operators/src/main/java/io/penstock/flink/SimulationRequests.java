package io.penstock.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.schemas.SimulationRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes and reads the records of {@code simulation-requests}. */
public final class SimulationRequests {
    private static final Logger LOG = LoggerFactory.getLogger(SimulationRequests.class);

    private SimulationRequests() {}

    /** The request encoded, keyed by its simulation. */
    public static WireRecord encode(SimulationRequest request) {
        try {
            // The buffer is fresh and exactly full.
            byte[] value = SimulationRequest.getEncoder().encode(request).array();
            byte[] key = Long.toString(request.getSimulation()).getBytes(UTF_8);
            return new WireRecord(key, value, WireRecord.ANY_PARTITION);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The request of a study that a record is; if it is none, a line in the log says why. */
    static Optional<SimulationRequest> decode(ConsumedRecord input, String study) {
        String fault;
        try {
            byte[] value = input.value();
            SimulationRequest request =
                    value == null ? null : SimulationRequest.getDecoder().decode(value);
            if (request == null) {
                fault = "it has no value";
            } else if (!request.getStudy().equals(study)) {
                fault = "it is of the study " + request.getStudy() + ", not " + study;
            } else if (request.getSimulation() < 0) {
                fault = "its simulation is " + request.getSimulation() + "; allowed: 0 or above";
            } else {
                return Optional.of(request);
            }
        } catch (IOException | RuntimeException e) {
            // Avro throws unchecked exceptions too when the bytes are not what they claim to be.
            fault = "it cannot be decoded: " + e;
        }
        LOG.warn(
                "Skipped the simulation request at {}-{}@{}: {}",
                input.topic(),
                input.partition(),
                input.offset(),
                fault);
        return Optional.empty();
    }
}
