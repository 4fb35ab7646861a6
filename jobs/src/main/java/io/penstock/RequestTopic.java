package io.penstock;

import io.penstock.flink.KafkaReplay;
import io.penstock.flink.SimulationRequests;
import io.penstock.flink.WireRecord;
import io.penstock.kafka.KafkaCluster;
import io.penstock.schemas.SimulationRequest;
import io.penstock.solver.RequestPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The topic of the requests, for one who asks for simulations.
 *
 * @param kafka the brokers
 * @param topic name of the topic, which must exist
 */
public record RequestTopic(KafkaCluster kafka, String topic) {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /**
     * Asks for the simulations of a plan that the topic holds no request for, so that a job that is
     * submitted again, or whose submission broke off, asks for nothing twice.
     *
     * @return number of simulations asked for
     * @throws IOException if the topic cannot be read or written
     */
    int sendMissing(RequestPlan plan) throws IOException {
        Set<Long> requested = requested(plan.study());
        List<SimulationRequest> missing =
                plan.requests().stream()
                        .filter(request -> !requested.contains(request.getSimulation()))
                        .toList();
        send(missing);
        return missing.size();
    }

    private Set<Long> requested(String study) throws IOException {
        Set<Long> simulations = new HashSet<>();
        KafkaReplay.toEnd(
                kafka.consumer(),
                topic,
                Map.of(),
                LIMIT,
                record -> simulation(study, record).ifPresent(simulations::add));
        return simulations;
    }

    /** The simulation a record asks for; none when it is of another study or no request at all. */
    private static Optional<Long> simulation(String study, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            SimulationRequest request = SimulationRequest.getDecoder().decode(record.value());
            return request.getStudy().equals(study)
                    ? Optional.of(request.getSimulation())
                    : Optional.empty();
        } catch (IOException | RuntimeException e) {
            // The job that runs the requests says so; here it only does not count.
            return Optional.empty();
        }
    }

    /**
     * Asks for simulations, and returns once every request is acknowledged.
     *
     * @throws IOException if the topic cannot be written
     */
    public void send(List<SimulationRequest> requests) throws IOException {
        List<Future<RecordMetadata>> sent = new ArrayList<>(requests.size());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (SimulationRequest request : requests) {
                WireRecord record = SimulationRequests.encode(request);
                sent.add(producer.send(new ProducerRecord<>(topic, record.key(), record.value())));
            }
        }
        for (Future<RecordMetadata> acknowledged : sent) {
            await(acknowledged);
        }
    }

    private void await(Future<RecordMetadata> acknowledged) throws IOException {
        try {
            acknowledged.get();
        } catch (ExecutionException e) {
            throw new IOException(
                    "cannot write topic %s: Kafka at \"%s\": %s"
                            .formatted(topic, kafka.bootstrapServers(), e.getCause()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing topic " + topic, e);
        }
    }
}
