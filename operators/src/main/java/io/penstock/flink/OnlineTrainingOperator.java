package io.penstock.flink;

import io.penstock.sample.Sample;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.TrainingReport;
import io.penstock.training.ContributionChunk;
import io.penstock.training.ControlSink;
import io.penstock.training.ShardLogs;
import io.penstock.training.ShardReporter;
import io.penstock.training.TrainerState;
import io.penstock.training.TrainingShard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.MailboxExecutor.MailOptions;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.runtime.state.KeyedStateCheckpointOutputStream;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Trains the shard of this subtask's number. A thin adapter: it hands samples, what is said of
 * contributions and controls to the {@link TrainingShard}, gives it time to work as mails between
 * records, and moves its state in and out of checkpoints, as raw keyed state so that nothing is
 * held on the heap.
 *
 * <p>First input: the samples of the shard. Second input: the logs of contributions and of
 * controls, the same for every shard; it ends when the run has ended. While a shard waits for a
 * round, or is paused, it takes in both, so barriers pass.
 *
 * <p>Main output: {@link TrainingReport}s. Side output {@link #MODEL_UPDATES}: {@link
 * ModelUpdate}s, emitted by shard 0 right before the barrier of the checkpoint that holds the same
 * weights; a transactional sink makes them visible when that checkpoint completes. The last one
 * becomes visible with the job's final checkpoint. Side outputs {@link #CONTRIBUTIONS} and {@link
 * #CONTROLS}: what goes to the logs.
 */
final class OnlineTrainingOperator extends AbstractStreamOperator<WireRecord>
        implements TwoInputStreamOperator<Sample, SharedRecord, WireRecord>,
                BoundedMultiInput,
                ProcessingTimeCallback {
    private static final long serialVersionUID = 1L;

    /** The model versions. */
    static final OutputTag<WireRecord> MODEL_UPDATES =
            new OutputTag<>("model-updates", WireRecordTypes.WIRE_RECORD);

    /** The shard's contributions to rounds. */
    static final OutputTag<WireRecord> CONTRIBUTIONS =
            new OutputTag<>("contributions", WireRecordTypes.WIRE_RECORD);

    /** The shard's answers to controls. */
    static final OutputTag<WireRecord> CONTROLS =
            new OutputTag<>("controls", WireRecordTypes.WIRE_RECORD);

    private static final int SAMPLES = 1;
    private static final int LOOKS_PER_PATIENCE = 8;

    /** Longest wait for others when the job is stopped. */
    private static final Duration DEAF = Duration.ofSeconds(60);

    private final TrainingSettings settings;
    private final transient MailboxExecutor mailbox;
    private final transient ModelPublisher publisher;
    private transient TrainingShard shard;
    private transient ShardReporter reporter;
    private transient boolean workScheduled;
    private transient long recordsSinceWork;
    private transient boolean samplesEnded;
    private transient boolean logEnded;
    private transient boolean concluded;
    private transient long nextContribution;
    private transient long published;
    private transient long holdingUpSince;
    private transient long checkpoints;
    private transient long lastCheckpoint;
    private transient long lastCheckpointBytes;
    private transient long stallBegan;
    private transient @Nullable Double lastStallMillis;
    private transient double maxStallMillis;
    private transient TrainingMetrics metrics;

    @SuppressWarnings("NullAway.Init") // What initializeState sets.
    OnlineTrainingOperator(
            StreamOperatorParameters<WireRecord> parameters, TrainingSettings settings) {
        super(parameters);
        this.settings = settings;
        this.mailbox = parameters.getMailboxExecutor();
        this.publisher =
                new ModelPublisher(settings.study(), settings.models(), settings.sampleTopic());
    }

    @Override
    protected boolean isUsingCustomRawKeyedState() {
        return true;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        ShardRestore restore = new ShardRestore(settings, number(), shards());
        boolean isRestored = false;
        for (var state : context.getRawKeyedStateInputs()) {
            isRestored |= restore.take(state, this::createShard);
        }
        if (!isRestored) {
            createShard();
        }
        if (!isRestored && context.isRestored()) {
            restore.inherit(shard);
        }
        readControls();
        published = isRestored ? shard.publishable() : -1;
        nextContribution = -1;
        reporter = new ShardReporter(shard, System.nanoTime());
        lastCheckpoint = context.getRestoredCheckpointId().orElse(0);
    }

    /** What was taken in an earlier attempt of the job has to be known before a step is done. */
    private void readControls() throws IOException {
        SharedLogs logs = settings.logs().shared();
        shard.beginControls(logs.firstControl());
        logs.readControls(shard.controlsPosition(), shard::take);
    }

    private int number() {
        return getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    }

    private int shards() {
        int shards = settings.study().training().shards();
        int parallelism = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        if (parallelism != shards) {
            throw new IllegalStateException(
                    "the training of "
                            + shards
                            + " shards has parallelism "
                            + parallelism
                            + "; each shard needs a subtask of its own");
        }
        return shards;
    }

    private TrainingShard createShard() {
        shard =
                new TrainingShard(
                        settings.study(),
                        number(),
                        new ShardLogs(
                                settings.run(),
                                (chunk, values) ->
                                        emit(
                                                CONTRIBUTIONS,
                                                ShardWeightsRecords.contribution(
                                                        study(), chunk, values)),
                                settings.logs().contributions(),
                                settings.logs().samples(),
                                new ControlAnswers()));
        return shard;
    }

    private String study() {
        return settings.study().sample().study();
    }

    private final class ControlAnswers implements ControlSink {
        @Override
        public void taken(String control, long batch) {
            emit(CONTROLS, ControlRecords.taken(study(), control, number(), batch, now()));
        }

        @Override
        public void refused(String control, String why) {
            LOG.warn("control {} was refused: {}", control, why);
            emit(CONTROLS, ControlRecords.refused(study(), control, number(), why, now()));
        }

        private long now() {
            return getProcessingTimeService().getCurrentProcessingTime();
        }
    }

    private void emit(OutputTag<WireRecord> tag, WireRecord record) {
        output.collect(tag, new StreamRecord<>(record));
    }

    @Override
    public void open() throws Exception {
        super.open();
        metrics = new TrainingMetrics(getMetricGroup());
        shard.answerControls();
        scheduleReport();
        if (settings.study().training().shards() > 1) {
            watchForOthers(getProcessingTimeService().getCurrentProcessingTime());
        }
        scheduleWork();
    }

    @Override
    public void processElement1(StreamRecord<Sample> element) {
        shard.accept(element.getValue());
        recordsSinceWork++;
        scheduleWork();
    }

    @Override
    public void processElement2(StreamRecord<SharedRecord> element) {
        SharedRecord record = element.getValue();
        if (record.contribution() != null) {
            take(record.contribution());
        }
        if (record.control() != null) {
            shard.take(record.control());
            shard.answerControls();
        }
        scheduleWork();
    }

    private void take(ContributionChunk chunk) {
        nextContribution = chunk.offset() + 1;
        if (!shard.take(chunk)) {
            LOG.warn(
                    "shard {} refused the contribution of shard {} of {} to round {} at offset {} of"
                            + " the log: a chunk is missing or damaged, or it is of another"
                            + " architecture ({}) or number of shards",
                    shard.number(),
                    chunk.shard(),
                    chunk.shards(),
                    chunk.round(),
                    chunk.offset(),
                    chunk.architecture());
        }
    }

    private void scheduleWork() {
        if (!workScheduled && !concluded && shard.isWorkDue(true)) {
            // Deferrable: a task that stops runs the mails left over, and these never run out.
            try {
                mailbox.execute(MailOptions.deferrable(), this::work, "training step");
                workScheduled = true;
            } catch (RejectedExecutionException e) {
                LOG.debug("the task has stopped: no further training step", e);
            }
        }
    }

    /** One mail: at most one short piece of work, then room for records and barriers. */
    private void work() throws IOException {
        workScheduled = false;
        if (concluded) {
            return;
        }
        boolean inputIdle = recordsSinceWork == 0;
        recordsSinceWork = 0;
        if (shard.isWorkDue(inputIdle)) {
            shard.work();
        }
        concludeIfFinished();
        scheduleWork();
    }

    /**
     * After the samples the shard drains what its reservoir still holds, in mails, as long as the
     * logs go on. Logs that have ended already were ended by an earlier attempt of the job, and
     * hold all that is needed, or by whoever stops the job with a drain; no mail would be run any
     * more. No control can come then, and what the others contribute the shard reads from the log
     * itself.
     */
    @Override
    public void endInput(int input) throws Exception {
        if (input == SAMPLES) {
            samplesEnded = true;
            shard.receptionOver();
        } else {
            logEnded = true;
        }
        concludeIfFinished();
        if (samplesEnded && logEnded && !concluded) {
            shard.liftControls();
            drain();
        }
        scheduleWork();
    }

    private void drain() throws Exception {
        long heardAt = System.nanoTime();
        try (SharedLogs.Tail others =
                settings.logs().shared().followContributions(nextContribution)) {
            while (!concluded && !getContainingTask().isCanceled()) {
                if (shard.drain() || shard.isFinished() || hear(others)) {
                    heardAt = System.nanoTime();
                } else if (System.nanoTime() - heardAt > DEAF.toNanos()) {
                    LOG.warn(
                            "the job is stopped while shard {} has waited for others for {} s: it"
                                    + " keeps what it has not trained on in its state",
                            shard.number(),
                            DEAF.toSeconds());
                    return;
                }
                concludeIfFinished();
                mailbox.tryYield();
            }
        }
    }

    /** Takes what came from others; whether anything did. */
    private boolean hear(SharedLogs.Tail others) {
        List<ContributionChunk> chunks = others.poll();
        chunks.forEach(this::take);
        return !chunks.isEmpty();
    }

    /** Says the last word: the last model, the last report, and the end of the log. */
    private void concludeIfFinished() throws IOException {
        if (concluded || !shard.isFinished()) {
            return;
        }
        boolean first = shard.number() == 0;
        report(
                first
                        ? publish(lastCheckpoint + 1, true).getWeightsSha256()
                        : ModelPublisher.weightsSha256(shard.surrogate().weights()));
        if (first) {
            emit(CONTRIBUTIONS, ShardWeightsRecords.end(study(), settings.run()));
        }
        concluded = true;
    }

    private void scheduleReport() {
        long now = getProcessingTimeService().getCurrentProcessingTime();
        getProcessingTimeService()
                .registerTimer(now + settings.study().training().reportInterval().toMillis(), this);
    }

    @Override
    public void onProcessingTime(long timestamp) throws IOException {
        if (concluded) {
            return; // The task lives on until its last checkpoint, and its timers with it.
        }
        report(null);
        scheduleReport();
    }

    /** Looks now and then whether others wait for this shard in vain, and has it contribute. */
    private void watchForOthers(long now) {
        Duration patience = settings.study().training().merge().patience();
        if (!shard.isHoldingUp()) {
            holdingUpSince = now;
        } else if (now - holdingUpSince >= patience.toMillis()) {
            shard.hurry();
            holdingUpSince = now;
            scheduleWork();
        }
        if (!concluded) {
            getProcessingTimeService()
                    .registerTimer(
                            now + Math.max(1, patience.toMillis() / LOOKS_PER_PATIENCE),
                            this::watchForOthers);
        }
    }

    /** Reports the shard; its last report carries the digests of what it has learnt. */
    private void report(@Nullable String finalSha256) throws IOException {
        TrainingReport report =
                reporter.report(
                                System.nanoTime(),
                                getProcessingTimeService().getCurrentProcessingTime(),
                                finalSha256 != null)
                        .setCheckpoints(checkpoints)
                        .setLastCheckpointBytes(lastCheckpointBytes)
                        .setLastStallMillis(lastStallMillis)
                        .setMaxStallMillis(maxStallMillis)
                        .setWeightsSha256(finalSha256)
                        .setStateSha256(
                                finalSha256 == null ? null : TrainerState.learntSha256(shard))
                        .build();
        metrics.reported(report);
        output.collect(
                new StreamRecord<>(
                        record(
                                report.getStudy() + "/" + report.getShard(),
                                TrainingReport.getEncoder().encode(report))));
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        super.prepareSnapshotPreBarrier(checkpointId);
        stallBegan = System.nanoTime();
        lastCheckpoint = checkpointId;
        if (shard.number() == 0 && shard.publishable() > Math.max(0, published) && !concluded) {
            publish(checkpointId, false);
            // The counters of this version; a job that is stopped says nothing after it.
            report(null);
        }
    }

    private ModelUpdate publish(long version, boolean last) throws IOException {
        ModelUpdate update =
                publisher.publish(
                        shard,
                        version,
                        last,
                        getProcessingTimeService().getCurrentProcessingTime());
        published = shard.publishable();
        emit(MODEL_UPDATES, record(update.getStudy(), ModelUpdate.getEncoder().encode(update)));
        return update;
    }

    private static WireRecord record(String key, ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.get(bytes);
        return new WireRecord(
                key.getBytes(StandardCharsets.UTF_8), bytes, WireRecord.ANY_PARTITION);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        KeyedStateCheckpointOutputStream stream = context.getRawKeyedOperatorStateOutput();
        stream.startNewKeyGroup(ShardAssigner.keyGroup(shard.number(), shards()));
        lastCheckpointBytes = TrainerState.write(shard, stream);
        lastStallMillis = (System.nanoTime() - stallBegan) * 1e-6;
        maxStallMillis = Math.max(maxStallMillis, lastStallMillis);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        checkpoints++;
        if (shard.number() == 0) {
            publisher.deleteOldVersions(checkpointId);
        }
    }

    @Override
    public void close() throws Exception {
        if (shard != null) {
            shard.close();
        }
        super.close();
    }
}
