package io.penstock;

import io.penstock.flink.ConsumedRecord;
import io.penstock.flink.ConsumedRecordDeserializer;
import io.penstock.flink.WireRecord;
import io.penstock.flink.WireRecordSerializer;
import io.penstock.kafka.KafkaCluster;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;

/** The sources and sinks of the jobs: encoded records from and to topics. */
final class KafkaEdges {
    /** The most a broker allows by default; above the longest interval of checkpoints. */
    private static final String TRANSACTION_MILLIS = "900000";

    private KafkaEdges() {}

    /** A source of a topic, from the given offset of each partition, or of all there is. */
    static KafkaSourceBuilder<ConsumedRecord> source(
            KafkaCluster kafka, String topic, Map<Integer, Long> first) {
        return KafkaSource.<ConsumedRecord>builder()
                .setProperties(kafka.consumer())
                .setTopics(topic)
                .setStartingOffsets(starting(topic, first))
                // Offsets live in Flink's checkpoints; there is no consumer group.
                .setProperty("commit.offsets.on.checkpoint", "false")
                .setDeserializer(new ConsumedRecordDeserializer());
    }

    /** Where to start in topics of one partition: at the given offset of each. */
    static OffsetsInitializer starting(Map<String, Long> first) {
        return OffsetsInitializer.offsets(
                first.entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        entry -> new TopicPartition(entry.getKey(), 0),
                                        Map.Entry::getValue)));
    }

    /** Where to start: at the given offset of each partition, or at the earliest. */
    static OffsetsInitializer starting(String topic, Map<Integer, Long> first) {
        return first.isEmpty()
                ? OffsetsInitializer.earliest()
                : OffsetsInitializer.offsets(
                        first.entrySet().stream()
                                .collect(
                                        Collectors.toMap(
                                                entry -> new TopicPartition(topic, entry.getKey()),
                                                Map.Entry::getValue)));
    }

    /** A sink whose records may repeat after a failure. */
    static KafkaSink<WireRecord> atLeastOnce(KafkaCluster kafka, String topic) {
        return KafkaSink.<WireRecord>builder()
                .setKafkaProducerConfig(kafka.producer())
                .setRecordSerializer(new WireRecordSerializer(topic))
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .build();
    }

    /** A sink whose records become visible, once, when the checkpoint after them completes. */
    static KafkaSink<WireRecord> exactlyOnce(KafkaCluster kafka, String topic, String id) {
        Properties producer = kafka.producer();
        producer.putIfAbsent(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
        return KafkaSink.<WireRecord>builder()
                .setKafkaProducerConfig(producer)
                .setRecordSerializer(new WireRecordSerializer(topic))
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(id)
                .build();
    }
}
