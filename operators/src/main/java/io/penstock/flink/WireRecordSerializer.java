package io.penstock.flink;

import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Sends {@link WireRecord}s to one topic, to the partition they name if they name one. */
public final class WireRecordSerializer implements KafkaRecordSerializationSchema<WireRecord> {
    private static final long serialVersionUID = 1L;

    private final String topic;

    public WireRecordSerializer(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            WireRecord element, KafkaSinkContext context, @Nullable Long timestamp) {
        Integer partition =
                element.partition() == WireRecord.ANY_PARTITION ? null : element.partition();
        return new ProducerRecord<>(topic, partition, element.key(), element.value());
    }
}
