package io.penstock.flink;

import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.Prediction;
import io.penstock.schemas.PredictionRequest;
import io.penstock.schemas.ServingEvent;
import io.penstock.schemas.ServingEventKind;
import io.penstock.serving.ServingRecords;
import io.penstock.serving.Versions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/** Drives the prediction operator of one subtask, made by its factory. */
final class PredictionHarness extends AbstractStreamOperatorTestHarness<WireRecord> {
    static final String EVENTS = "serving-events";
    private static final int MAX_PARALLELISM = 128;

    PredictionHarness(PredictionSettings settings, int parallelism, int subtask) throws Exception {
        super(new PredictionOperatorFactory(settings), MAX_PARALLELISM, parallelism, subtask);
        setup(
                WireRecordTypes.WIRE_RECORD.createSerializer(
                        getExecutionConfig().getSerializerConfig()));
    }

    @SuppressWarnings("unchecked")
    private TwoInputStreamOperator<ConsumedRecord, ConsumedRecord, WireRecord> predict() {
        return (TwoInputStreamOperator<ConsumedRecord, ConsumedRecord, WireRecord>) getOperator();
    }

    void request(int partition, long offset) throws Exception {
        request(partition, offset, Versions.request(offset));
    }

    void request(int partition, long offset, PredictionRequest request) throws Exception {
        predict().processElement1(new StreamRecord<>(consumed(partition, offset, request)));
    }

    /** A request of which Kafka says when it was sent. */
    void requestSentAt(long millis, long offset) throws Exception {
        predict()
                .processElement1(
                        new StreamRecord<>(consumed(0, offset, Versions.request(offset)), millis));
    }

    private static ConsumedRecord consumed(int partition, long offset, PredictionRequest request)
            throws IOException {
        return new ConsumedRecord(
                "prediction-requests", partition, offset, null, Versions.encode(request));
    }

    private void told(String topic, byte[] value) throws Exception {
        predict().processElement2(new StreamRecord<>(new ConsumedRecord(topic, 0, 0, null, value)));
    }

    /** Publishes a version, and waits until it has been loaded or refused. */
    void publish(ModelUpdate update) throws Exception {
        int before = events().size();
        told("model-updates", Versions.encode(update));
        while (events().size() == before) {
            getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
        }
    }

    void garbage() throws Exception {
        told("model-updates", new byte[] {1, 2, 3});
        told(EVENTS, new byte[] {1, 2, 3});
    }

    void ask(ServingEventKind kind, long version) throws Exception {
        int before = events().size();
        told(
                EVENTS,
                ServingRecords.encode(
                        ServingEvent.newBuilder()
                                .setStudy(Versions.STUDY)
                                .setKind(kind)
                                .setVersion(version)
                                .setTimestampMillis(0)
                                .build()));
        while (events().size() == before) {
            getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
        }
    }

    void mails() throws Exception {
        while (getTaskMailbox().hasMail()) {
            getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
        }
    }

    void endInput(int input) throws Exception {
        ((BoundedMultiInput) getOperator()).endInput(input);
    }

    List<Prediction> answers() throws IOException {
        List<Prediction> answers = new ArrayList<>();
        for (WireRecord record : extractOutputValues()) {
            answers.add(Prediction.getDecoder().decode(record.value()));
        }
        return answers;
    }

    List<ServingEvent> events() throws IOException {
        List<ServingEvent> events = new ArrayList<>();
        var output = getSideOutput(PredictionOperatorFactory.EVENTS);
        if (output != null) {
            for (StreamRecord<WireRecord> record : output) {
                events.add(ServingEvent.getDecoder().decode(record.getValue().value()));
            }
        }
        return events;
    }
}
