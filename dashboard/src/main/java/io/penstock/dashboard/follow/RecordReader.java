package io.penstock.dashboard.follow;

import io.penstock.dashboard.study.StudyBoard;
import io.penstock.kafka.Topics;
import io.penstock.sample.WriterSchemas;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.ServingEvent;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import io.penstock.schemas.TrainingControl;
import io.penstock.schemas.TrainingReport;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.apache.avro.message.MessageDecoder;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Tells the board what a record says. A record that is none of ours is counted, no more. */
final class RecordReader {
    /** A report this young fits what is known of the broker now. */
    private static final long FRESH_MILLIS = 3000;

    private static final MessageDecoder<TrainingReport> REPORTS =
            TrainingReport.createDecoder(WriterSchemas.STORE);
    private static final MessageDecoder<SimulationEvent> EVENTS =
            SimulationEvent.createDecoder(WriterSchemas.STORE);
    private static final MessageDecoder<SimulationRequest> REQUESTS =
            SimulationRequest.createDecoder(WriterSchemas.STORE);
    private static final MessageDecoder<ModelUpdate> MODELS =
            ModelUpdate.createDecoder(WriterSchemas.STORE);
    private static final MessageDecoder<RejectedSample> REJECTED =
            RejectedSample.createDecoder(WriterSchemas.STORE);
    private static final MessageDecoder<TrainingControl> CONTROLS =
            TrainingControl.createDecoder(WriterSchemas.STORE);
    private static final MessageDecoder<ServingEvent> SERVING =
            ServingEvent.createDecoder(WriterSchemas.STORE);

    private final StudyBoard board;
    private final Clock clock;
    private final Map<String, Teller> tellers;

    private interface Teller {
        void tell(byte[] value, long time) throws IOException;
    }

    RecordReader(StudyBoard board, Topics topics, Clock clock) {
        this.board = board;
        this.clock = clock;
        this.tellers =
                Map.of(
                        topics.trainingReports(), this::report,
                        topics.simulationEvents(), this::event,
                        topics.simulationRequests(), this::request,
                        topics.modelUpdates(), this::model,
                        topics.rejectedSamples(), this::rejected,
                        topics.trainingControls(), this::control,
                        topics.servingEvents(), this::serving);
    }

    /** The topics it can read. */
    Set<String> topics() {
        return tellers.keySet();
    }

    void read(ConsumerRecord<byte[], byte[]> record) {
        Teller teller = tellers.get(record.topic());
        byte[] value = record.value();
        if (teller == null || value == null) {
            return; // A compacted topic says with it that a key is gone.
        }
        try {
            teller.tell(value, record.timestamp());
        } catch (IOException | RuntimeException e) {
            // Avro throws unchecked exceptions too when the bytes are not what they claim to be.
            board.unreadable(
                    record.topic() + "-" + record.partition() + "@" + record.offset(),
                    e.toString());
        }
    }

    private void report(byte[] value, long time) throws IOException {
        TrainingReport report = REPORTS.decode(value);
        long age = clock.millis() - report.getTimestampMillis();
        board.study(report.getStudy()).report(report, age < FRESH_MILLIS);
    }

    private void event(byte[] value, long time) throws IOException {
        SimulationEvent event = EVENTS.decode(value);
        board.study(event.getStudy()).event(event, time);
    }

    private void request(byte[] value, long time) throws IOException {
        SimulationRequest request = REQUESTS.decode(value);
        board.study(request.getStudy()).request(request, time);
    }

    private void model(byte[] value, long time) throws IOException {
        ModelUpdate update = MODELS.decode(value);
        board.study(update.getStudy()).model(update);
    }

    private void rejected(byte[] value, long time) throws IOException {
        RejectedSample sample = REJECTED.decode(value);
        board.study(sample.getStudy()).rejected(sample);
    }

    private void control(byte[] value, long time) throws IOException {
        TrainingControl control = CONTROLS.decode(value);
        board.study(control.getStudy()).control(control);
    }

    private void serving(byte[] value, long time) throws IOException {
        ServingEvent event = SERVING.decode(value);
        board.study(event.getStudy()).serving(event);
    }
}
