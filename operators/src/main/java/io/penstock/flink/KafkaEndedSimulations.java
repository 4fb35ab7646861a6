package io.penstock.flink;

import io.penstock.schemas.EventKind;
import io.penstock.schemas.SimulationEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code simulation-events} says of the simulations that have ended.
 *
 * @param client Kafka consumer settings with at least {@code bootstrap.servers}
 * @param topic the topic
 * @param first first offset that is of this run, by partition; if empty, all are
 * @param study name of the study
 * @param patience longest wait for the brokers
 */
public record KafkaEndedSimulations(
        Properties client, String topic, Map<Integer, Long> first, String study, Duration patience)
        implements EndedSimulations {
    @Override
    public Set<Long> read() throws IOException {
        Set<Long> ended = new HashSet<>();
        KafkaReplay.toEnd(
                client,
                topic,
                first,
                patience,
                record -> {
                    SimulationEvent event = decode(record.value());
                    if (event != null
                            && event.getStudy().equals(study)
                            && (event.getKind() == EventKind.FINISHED || event.getGivenUp())) {
                        ended.add(event.getSimulation());
                    }
                });
        return ended;
    }

    private static @Nullable SimulationEvent decode(byte @Nullable [] value) {
        try {
            return value == null ? null : SimulationEvents.DECODER.decode(value);
        } catch (IOException | RuntimeException e) {
            return null; // Whoever supervises the ensemble says so.
        }
    }
}
