package io.penstock.flink;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Hands on every Kafka record as it is; decoding is the next operator's task. */
public final class ConsumedRecordDeserializer
        implements KafkaRecordDeserializationSchema<ConsumedRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> read, Collector<ConsumedRecord> out) {
        out.collect(
                new ConsumedRecord(
                        read.topic(), read.partition(), read.offset(), read.key(), read.value()));
    }

    @Override
    public TypeInformation<ConsumedRecord> getProducedType() {
        return TypeInformation.of(ConsumedRecord.class);
    }
}
