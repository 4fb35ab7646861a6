package io.penstock;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The topic of the requests, for one who asks for simulations.
 *
 * @param kafka the brokers
 * @param topic name of the topic, which must exist
 */
public record RequestTopic(KafkaCluster kafka, String topic) {
    private static final Duration POLL = Duration.ofMillis(200);
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
        Properties properties = kafka.consumer();
        properties.setProperty(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(LIMIT.toMillis()));
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            readToEnd(consumer, record -> simulation(study, record).ifPresent(simulations::add));
        }
        return simulations;
    }

    private void readToEnd(
            KafkaConsumer<byte[], byte[]> consumer, Consumer<ConsumerRecord<byte[], byte[]>> reader)
            throws IOException {
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(partition -> new TopicPartition(topic, partition.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "cannot read topic %s up to its end: Kafka at \"%s\": not done in %d s"
                                .formatted(topic, kafka.bootstrapServers(), LIMIT.toSeconds()));
            }
            consumer.poll(POLL).forEach(reader);
        }
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
                byte[] key = Long.toString(request.getSimulation()).getBytes(UTF_8);
                byte[] value = SimulationRequest.getEncoder().encode(request).array();
                sent.add(producer.send(new ProducerRecord<>(topic, key, value)));
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
