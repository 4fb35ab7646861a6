package io.penstock.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.schemas.DType;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.Field;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SolverOutput;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class KafkaOutputPublisherTest {
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final KafkaOutputPublisher publisher =
            new KafkaOutputPublisher(producer, "solver-outputs", "simulation-events");

    @Test
    void keysAStepByItsSimulationAndEncodesItAtOnce() throws Exception {
        byte[] data = {1, 2, 3, 4};
        SolverOutput output = output(42, 3, data);
        publisher.publish(output);
        data[0] = 99;

        ProducerRecord<byte[], byte[]> sent = producer.history().get(0);
        assertThat(sent.topic()).isEqualTo("solver-outputs");
        assertThat(sent.partition()).isNull();
        assertThat(sent.key()).asString().isEqualTo("42");
        SolverOutput decoded = SolverOutput.getDecoder().decode(sent.value());
        assertThat(decoded).isEqualTo(output(42, 3, new byte[] {1, 2, 3, 4}));
    }

    @Test
    void doesNotWaitForTheAcknowledgementOfAStep() {
        publisher.publish(output(42, 0, new byte[4]));
        publisher.publish(output(42, 1, new byte[4]));
        assertThat(producer.flushed()).isFalse();
    }

    @Test
    void waitsForAllAcknowledgementsWhenFlushed() {
        publisher.publish(output(42, 0, new byte[4]));
        publisher.flush();
        assertThat(producer.flushed()).isTrue();
    }

    @Test
    void reportsAFailedStepAtTheNextOne() {
        failStep3();
        assertThatThrownBy(() -> publisher.publish(output(42, 4, new byte[4])))
                .isInstanceOf(OutputPublisherException.class)
                .hasMessage("topic solver-outputs: step 3 of simulation 42 could not be sent: 5 MB")
                .hasCauseInstanceOf(RecordTooLargeException.class);
    }

    @Test
    void reportsAFailedStepWhenFlushedHoweverOftenAndNeverForgetsIt() {
        failStep3();
        producer.completeNext();
        assertThatThrownBy(publisher::flush).isInstanceOf(OutputPublisherException.class);
        assertThatThrownBy(publisher::flush).hasMessageContaining("step 3 of simulation 42");
    }

    @Test
    void sendsEventsToTheirTopicKeyedByTheirSimulation() throws Exception {
        publisher.publish(started(42));

        ProducerRecord<byte[], byte[]> sent = producer.history().get(0);
        assertThat(sent.topic()).isEqualTo("simulation-events");
        assertThat(sent.key()).asString().isEqualTo("42");
        assertThat(SimulationEvent.getDecoder().decode(sent.value())).isEqualTo(started(42));
    }

    @Test
    void reportsAFailedEventToo() {
        publisher.publish(started(42));
        producer.errorNext(new RecordTooLargeException("5 MB"));
        assertThatThrownBy(publisher::flush)
                .hasMessage(
                        "topic simulation-events: STARTED of simulation 42 could not be sent: 5 MB");
    }

    private static SimulationEvent started(long simulation) {
        return SimulationEvent.newBuilder()
                .setStudy("plates")
                .setKind(EventKind.STARTED)
                .setSimulation(simulation)
                .build();
    }

    @Test
    void closesItsProducer() {
        publisher.close();
        assertThat(producer.closed()).isTrue();
    }

    private void failStep3() {
        publisher.publish(output(42, 3, new byte[4]));
        producer.errorNext(new RecordTooLargeException("5 MB"));
    }

    private static SolverOutput output(long simulation, int step, byte[] data) {
        return SolverOutput.newBuilder()
                .setStudy("plates")
                .setSimulation(simulation)
                .setTimeStep(step)
                .setTime(step * 0.01)
                .setParameters(List.of(1.0, 2.0))
                .setFields(
                        List.of(
                                new Field(
                                        "temperature",
                                        List.of(1),
                                        DType.FLOAT32,
                                        ByteBuffer.wrap(data))))
                .build();
    }
}
