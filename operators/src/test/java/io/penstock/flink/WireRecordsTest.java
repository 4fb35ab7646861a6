package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class WireRecordsTest {
    private static final byte[] KEY = "7".getBytes(StandardCharsets.UTF_8);
    private static final byte[] VALUE = {1, 2, 3};

    @Test
    void bothRecordsArePojoTypesSoNothingFallsBackToKryo() {
        assertThat(TypeInformation.of(ConsumedRecord.class)).isInstanceOf(PojoTypeInfo.class);
        assertThat(TypeInformation.of(WireRecord.class)).isInstanceOf(PojoTypeInfo.class);
    }

    @Test
    void consumedRecordCrossesAnEdgeUnchanged() throws IOException {
        ConsumedRecord back =
                roundTrip(ConsumedRecord.class, new ConsumedRecord("outputs", 3, 99, KEY, VALUE));

        assertThat(back.topic()).isEqualTo("outputs");
        assertThat(back.partition()).isEqualTo(3);
        assertThat(back.offset()).isEqualTo(99);
        assertThat(back.key()).isEqualTo(KEY);
        assertThat(back.value()).isEqualTo(VALUE);
    }

    @Test
    void missingKeyAndValueCrossAnEdge() throws IOException {
        ConsumedRecord consumed =
                roundTrip(ConsumedRecord.class, new ConsumedRecord("outputs", 0, 0, null, null));
        WireRecord wire = roundTrip(WireRecord.class, new WireRecord(null, VALUE, 2));

        assertThat(consumed.key()).isNull();
        assertThat(consumed.value()).isNull();
        assertThat(wire.key()).isNull();
        assertThat(wire.value()).isEqualTo(VALUE);
        assertThat(wire.partition()).isEqualTo(2);
    }

    @Test
    void deserializerHandsOnTheRecordWithItsPosition() {
        List<ConsumedRecord> out = new ArrayList<>();

        new ConsumedRecordDeserializer()
                .deserialize(new ConsumerRecord<>("outputs", 4, 17, KEY, VALUE), into(out));

        assertThat(out).singleElement().isEqualTo(new ConsumedRecord("outputs", 4, 17, KEY, VALUE));
    }

    @Test
    void namedPartitionIsHonoured() {
        ProducerRecord<byte[], byte[]> named = toKafka(new WireRecord(KEY, VALUE, 5));

        assertThat(named.topic()).isEqualTo("rejects");
        assertThat(named.partition()).isEqualTo(5);
        assertThat(named.key()).isEqualTo(KEY);
        assertThat(named.value()).isEqualTo(VALUE);
    }

    @Test
    void withoutAPartitionThePartitionerChooses() {
        assertThat(toKafka(new WireRecord(KEY, VALUE, WireRecord.ANY_PARTITION)).partition())
                .isNull();
    }

    @SuppressWarnings("NullAway") // The sink's context and timestamp are not looked at.
    private static ProducerRecord<byte[], byte[]> toKafka(WireRecord wireRecord) {
        return new WireRecordSerializer("rejects").serialize(wireRecord, null, null);
    }

    private static <T> T roundTrip(Class<T> type, T value) throws IOException {
        TypeSerializer<T> serializer =
                TypeInformation.of(type).createSerializer(new SerializerConfigImpl());
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        return serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    }

    private static <T> Collector<T> into(List<T> list) {
        return new Collector<>() {
            @Override
            public void collect(T value) {
                list.add(value);
            }

            @Override
            public void close() {}
        };
    }
}
