package io.penstock.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.sample.SingleObjectReader;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.Prediction;
import io.penstock.schemas.ServingEvent;
import io.penstock.serving.AnsweredRequests;
import io.penstock.serving.Question;
import io.penstock.serving.RequestBatcher;
import io.penstock.serving.ServedModel;
import io.penstock.serving.Serving;
import io.penstock.serving.ServingRecords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.MailboxExecutor.MailOptions;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.IOUtils;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Answers prediction requests with the newest good version of a model. A thin adapter: requests go
 * to the {@link RequestBatcher}, versions and what somebody wants of them to {@link Serving};
 * versions are loaded aside and put in their place between two batches.
 *
 * <p>First input: the requests. Second input, the same for every subtask: the versions, and what
 * somebody wants of the job. Main output: {@link Prediction}s. Side output {@link #EVENTS}: what is
 * to be said of versions.
 *
 * <p>Every request is answered once. Answers go out at once, not with a checkpoint, and the topic
 * they go to is the truth about what has been answered: the state holds how far that topic went at
 * a moment before the snapshot, and an attempt that goes on from it reads the topic from there to
 * its end, and passes over requests that have their answer. Answers given before a snapshot are in
 * the topic when it completes, since the sink waits for them. What remains: a worker that is cut
 * off from the JobManager, yet not from the brokers, may go on answering until it notices, and what
 * it answers after its successor has read the topic stands there twice. Only transactions would
 * fence it off, and an answer would then wait for the next checkpoint.
 */
final class PredictionOperator extends AbstractStreamOperator<WireRecord>
        implements TwoInputStreamOperator<ConsumedRecord, ConsumedRecord, WireRecord>,
                BoundedMultiInput,
                ProcessingTimeCallback {
    private static final long serialVersionUID = 1L;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final long NO_TIMER = Long.MAX_VALUE;
    private static final int REQUESTS = 1;
    private static final String KEY = "versions";

    /** What is said of versions. */
    static final OutputTag<WireRecord> EVENTS =
            new OutputTag<>("serving-events", WireRecordTypes.WIRE_RECORD);

    private final PredictionSettings settings;
    private final transient MailboxExecutor mailbox;
    private transient Aside aside;
    private transient AnswerLog log;
    private transient AnsweredRequests answered;
    private transient Serving serving;
    private transient RequestBatcher batcher;
    private transient SingleObjectReader<ModelUpdate> updates;
    private transient SingleObjectReader<ServingEvent> events;
    private transient ListState<byte[]> waitingState;
    private transient ListState<byte[]> answeredState;
    private transient BroadcastState<String, byte[]> versionsState;
    private transient boolean versionsChanged;
    private transient boolean answersScheduled;
    private transient long batchDue;
    private transient long nextTimer;
    private transient ServingMetrics metrics;

    @SuppressWarnings("NullAway.Init") // What initializeState sets.
    PredictionOperator(
            StreamOperatorParameters<WireRecord> parameters, PredictionSettings settings) {
        super(parameters);
        this.settings = settings;
        this.mailbox = parameters.getMailboxExecutor();
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        var store = context.getOperatorStateStore();
        PrimitiveArrayTypeInfo<byte[]> bytes =
                PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
        waitingState = store.getListState(new ListStateDescriptor<>("waiting-requests", bytes));
        answeredState =
                store.getUnionListState(new ListStateDescriptor<>("answered-requests", bytes));
        versionsState = store.getBroadcastState(new MapStateDescriptor<>(KEY, Types.STRING, bytes));
        log = settings.answers().open();
        answered =
                context.isRestored()
                        ? AnsweredRequests.read(answeredState.get())
                        : new AnsweredRequests(log.begin());
        var ends = log.ends();
        log.read(answered.from(), answered::add);
        answered.accountedUpTo(ends);
        serving = new Serving(settings.study(), settings.gate());
        batcher = new RequestBatcher(settings.study(), settings.bounds().most(), this::answer);
        batcher.restore(waitingState.get(), answered);
    }

    @Override
    public void open() throws Exception {
        super.open();
        updates = new SingleObjectReader<>(ModelUpdate.class);
        events = new SingleObjectReader<>(ServingEvent.class);
        aside = new Aside(getContainingTask(), mailbox);
        nextTimer = NO_TIMER;
        metrics =
                new ServingMetrics(
                        getMetricGroup(),
                        settings.study(),
                        () -> getProcessingTimeService().getCurrentProcessingTime());
        metrics.gathered(batcher);
        byte[] state = versionsState.get(KEY);
        Serving.Wanted first = state == null ? null : serving.restore(state, System.nanoTime());
        if (first != null) {
            loadFirst(first);
        }
        scheduleLoading();
        scheduleAnswers();
    }

    /**
     * What was served is loaded before anything else is done: no request waits in memory for it.
     */
    private void loadFirst(Serving.Wanted first) throws Exception {
        try {
            swap(first, ServedModel.load(first.update()));
        } catch (IOException e) {
            refused(serving.refused(first, message(e)));
        }
    }

    @Override
    public void processElement1(StreamRecord<ConsumedRecord> element) {
        ConsumedRecord request = element.getValue();
        if (!answered.isEmpty() && answered.isAnswered(request.partition(), request.offset())) {
            metrics.skipped();
            return;
        }
        boolean isFirst = !batcher.isDue();
        batcher.accept(request.partition(), request.offset(), request.value());
        metrics.gathered(batcher);
        if (isFirst && batcher.isDue()) {
            long now = getProcessingTimeService().getCurrentProcessingTime();
            batchDue = now + patience(element, now);
            answerInTime(now);
        }
    }

    /**
     * Milliseconds that a request may wait here. They count from when it was sent, as far as that
     * is known and the clocks agree, so that what was held up on its way is not held up once more;
     * yet never less than one, in which what lies there already comes to be answered with it.
     */
    private long patience(StreamRecord<ConsumedRecord> request, long now) {
        long latency = settings.bounds().latency().toMillis();
        long waited = request.hasTimestamp() ? now - request.getTimestamp() : 0;
        return latency - Math.max(0, Math.min(waited, latency - 1));
    }

    private void answerInTime(long now) {
        if (now >= batchDue) {
            answerBatch();
        } else if (batchDue < nextTimer) {
            nextTimer = batchDue;
            getProcessingTimeService().registerTimer(nextTimer, this);
        }
    }

    private void answerBatch() {
        batcher.answer();
        metrics.gathered(batcher);
    }

    /** The time is that of a batch that may have been answered, and another one begun. */
    @Override
    public void onProcessingTime(long timestamp) {
        nextTimer = NO_TIMER;
        if (batcher.isDue()) {
            answerInTime(timestamp);
        }
    }

    /** Answers what waited for a model, a batch in a mail, so that barriers pass in between. */
    private void scheduleAnswers() {
        if (batcher.isDue() && !answersScheduled) {
            answersScheduled = true;
            mailbox.execute(MailOptions.deferrable(), this::answerWaiting, "waiting requests");
        }
    }

    private void answerWaiting() {
        answersScheduled = false;
        answerBatch();
        scheduleAnswers();
    }

    private void answer(Question question, Prediction.Builder prediction) {
        long now = getProcessingTimeService().getCurrentProcessingTime();
        Prediction answer = prediction.setTimestampMillis(now).build();
        metrics.answered(answer.getError() != null, question.timestampMillis(), now);
        output.collect(
                new StreamRecord<>(
                        new WireRecord(
                                answer.getId().getBytes(UTF_8),
                                ServingRecords.encode(answer),
                                WireRecord.ANY_PARTITION)));
    }

    @Override
    public void processElement2(StreamRecord<ConsumedRecord> element) {
        ConsumedRecord record = element.getValue();
        try {
            if (record.topic().equals(settings.eventsTopic())) {
                say(serving.asked(events.read(record.value()), System.nanoTime()));
            } else if (record.value() != null) { // A tombstone takes nothing back.
                serving.published(updates.read(record.value()), System.nanoTime());
            }
        } catch (IOException e) {
            LOG.warn(
                    "passed over {}-{}@{}: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
            return;
        }
        versionsChanged = true;
        scheduleLoading();
    }

    private void scheduleLoading() {
        List<ServingEvent.Builder> said = new ArrayList<>();
        Serving.Wanted next = serving.next(said);
        said.forEach(this::refused);
        metrics.pinned(serving.isPinned());
        if (next != null) {
            aside.begin(
                    "loading a version",
                    rest -> ServedModel.load(next.update(), rest),
                    (model, failure) -> loaded(next, model, failure),
                    ServedModel::close);
        }
    }

    private void loaded(
            Serving.Wanted wanted, @Nullable ServedModel model, @Nullable Exception failure)
            throws Exception {
        if (!serving.isAwaited(wanted) || (model != null && serving.givesWay(wanted))) {
            if (model != null) {
                model.close();
            }
        } else if (model != null) {
            swap(wanted, model);
        } else if (failure instanceof IOException refused) {
            refused(serving.refused(wanted, message(refused)));
        } else if (failure != null) {
            throw failure;
        }
        versionsChanged = true;
        scheduleLoading();
        scheduleAnswers();
    }

    private void swap(Serving.Wanted wanted, ServedModel model) {
        String unlike = batcher.unlike(model);
        if (unlike != null) {
            model.close();
            refused(serving.refused(wanted, unlike));
            return;
        }
        batcher.swap(model);
        double millis = (System.nanoTime() - wanted.since()) / NANOS_PER_MILLI;
        metrics.swapped(model.version(), millis);
        say(serving.served(wanted, millis));
    }

    private void refused(ServingEvent.Builder said) {
        metrics.refused();
        say(said);
    }

    private static String message(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private void say(ServingEvent.@Nullable Builder said) {
        if (said == null) {
            return;
        }
        ServingEvent event =
                said.setSubtask(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask())
                        .setBy("prediction of " + settings.study())
                        .setTimestampMillis(getProcessingTimeService().getCurrentProcessingTime())
                        .build();
        LOG.info("{} version {}: {}", event.getKind(), event.getVersion(), event.getReason());
        output.collect(
                EVENTS,
                new StreamRecord<>(
                        new WireRecord(
                                settings.study().getBytes(UTF_8),
                                ServingRecords.encode(event),
                                WireRecord.ANY_PARTITION)));
    }

    /** A batch that is gathered is answered before the barrier; the rest waits in the state. */
    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        answerBatch();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        waitingState.update(batcher.write());
        answeredState.update(List.of(answered.write()));
        if (versionsChanged) {
            versionsState.put(KEY, serving.write());
            versionsChanged = false;
        }
    }

    /** Where the answers end now lies before the next snapshot, which is all that is needed. */
    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        aside.begin(
                "looking where the answers end",
                rest -> log.ends(),
                (ends, failure) -> {
                    if (ends != null) {
                        answered.accountedUpTo(ends);
                    } else {
                        LOG.warn("a restore will read more answers than it needs", failure);
                    }
                },
                ends -> {});
    }

    @Override
    public void endInput(int input) {
        if (input == REQUESTS) {
            batcher.end();
            metrics.gathered(batcher);
        }
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(batcher, log, super::close);
    }
}
