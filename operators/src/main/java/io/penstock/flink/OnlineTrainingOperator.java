package io.penstock.flink;

import io.penstock.sample.Sample;
import io.penstock.sample.SampleLog;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.TrainingReport;
import io.penstock.training.ShardReporter;
import io.penstock.training.TrainerState;
import io.penstock.training.TrainingShard;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.MailboxExecutor.MailOptions;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyGroupStatePartitionStreamProvider;
import org.apache.flink.runtime.state.KeyedStateCheckpointOutputStream;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Trains the shards whose keys fall on this subtask. A thin adapter: it hands samples to {@link
 * TrainingShard}s, gives them time to work as mails between records, and moves their state in and
 * out of checkpoints, as raw keyed state so that nothing is held on the heap.
 *
 * <p>Main output: {@link TrainingReport}s. Side output {@link #MODEL_UPDATES}: {@link
 * ModelUpdate}s, emitted right before the barrier of the checkpoint that holds the same weights; a
 * transactional sink makes them visible when that checkpoint completes. The last one follows the
 * end of the input and becomes visible with the job's final checkpoint.
 */
final class OnlineTrainingOperator extends AbstractStreamOperator<WireRecord>
        implements OneInputStreamOperator<Sample, WireRecord>,
                BoundedOneInput,
                ProcessingTimeCallback {
    private static final long serialVersionUID = 1L;

    /** The model versions. */
    static final OutputTag<WireRecord> MODEL_UPDATES =
            new OutputTag<>("model-updates", WireRecordTypes.WIRE_RECORD);

    private final TrainingSettings settings;
    private final transient MailboxExecutor mailbox;
    private final transient List<RunningShard> shards = new ArrayList<>();
    private final transient ModelPublisher publisher;
    private transient boolean workScheduled;
    private transient long recordsSinceWork;
    private transient boolean inputEnded;
    private transient boolean lastReportSent;
    private transient long lastCheckpoint;
    private transient long stallBegan;

    /** A shard with what the operator keeps about it. */
    private static final class RunningShard {
        final TrainingShard shard;
        final int keyGroup;
        ShardReporter reporter;
        long publishedBatches = -1;
        long checkpoints;
        long lastCheckpointBytes;
        double maxStallMillis;

        RunningShard(TrainingShard shard, int keyGroup) {
            this.shard = shard;
            this.keyGroup = keyGroup;
            this.reporter = new ShardReporter(shard, System.nanoTime());
        }
    }

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
        createShards();
        for (KeyGroupStatePartitionStreamProvider state : context.getRawKeyedStateInputs()) {
            for (RunningShard running : shards) {
                if (running.keyGroup == state.getKeyGroupId()) {
                    restore(running, state);
                }
            }
        }
        OptionalLong restored = context.getRestoredCheckpointId();
        lastCheckpoint = restored.orElse(0);
    }

    private void createShards() {
        int maxParallelism = getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks();
        KeyGroupRange range =
                KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                        maxParallelism,
                        getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks(),
                        getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
        int count = settings.study().training().shards();
        ShardAssigner assigner = new ShardAssigner(count, maxParallelism);
        for (int number = 0; number < count; number++) {
            int keyGroup =
                    KeyGroupRangeAssignment.assignToKeyGroup(
                            assigner.keyOf(number), maxParallelism);
            if (range.contains(keyGroup)) {
                shards.add(new RunningShard(new TrainingShard(settings.study(), number), keyGroup));
            }
        }
    }

    private void restore(RunningShard running, KeyGroupStatePartitionStreamProvider state)
            throws IOException {
        try (InputStream stream = state.getStream();
                SampleLog log = settings.log().open()) {
            TrainerState.read(running.shard, stream, log);
        }
        running.reporter = new ShardReporter(running.shard, System.nanoTime());
        running.publishedBatches = running.shard.counters().batches();
    }

    @Override
    public void open() throws Exception {
        super.open();
        scheduleReport();
        scheduleWork();
    }

    @Override
    public void processElement(StreamRecord<Sample> element) {
        Sample sample = element.getValue();
        shardOf(sample).accept(sample);
        recordsSinceWork++;
        scheduleWork();
    }

    private TrainingShard shardOf(Sample sample) {
        int number = sample.key().shard(settings.study().training().shards());
        for (RunningShard running : shards) {
            if (running.shard.number() == number) {
                return running.shard;
            }
        }
        throw new IllegalStateException(
                "a sample of shard " + number + " came to a foreign subtask");
    }

    private void scheduleWork() {
        if (!workScheduled && !inputEnded && anyMayWork()) {
            // Deferrable: a task that stops runs the mails left over, and these never run out.
            try {
                mailbox.execute(MailOptions.deferrable(), this::work, "training step");
                workScheduled = true;
            } catch (RejectedExecutionException e) {
                LOG.debug("the task has stopped: no further training step", e);
            }
        }
    }

    private boolean anyMayWork() {
        for (RunningShard running : shards) {
            if (running.shard.isWorkDue(true)) {
                return true;
            }
        }
        return false;
    }

    /** One mail: at most one short piece of work per shard, then room for records and barriers. */
    private void work() {
        workScheduled = false;
        if (inputEnded) {
            return;
        }
        boolean inputIdle = recordsSinceWork == 0;
        recordsSinceWork = 0;
        for (RunningShard running : shards) {
            if (running.shard.isWorkDue(inputIdle)) {
                running.shard.work();
            }
        }
        scheduleWork();
    }

    /** Reception is over: trains what the reservoirs still hold, then publishes the last model. */
    @Override
    public void endInput() throws Exception {
        inputEnded = true;
        shards.forEach(running -> running.shard.receptionOver());
        boolean working = true;
        while (working && !getContainingTask().isCanceled()) {
            working = false;
            for (RunningShard running : shards) {
                working |= running.shard.drain();
            }
            mailbox.tryYield();
        }
        if (getContainingTask().isCanceled()) {
            return; // What was not drained will be, by the attempt that follows.
        }
        for (RunningShard running : shards) {
            report(
                    running,
                    running.shard.number() == 0
                            ? publish(running, lastCheckpoint + 1, true).getWeightsSha256()
                            : ModelPublisher.weightsSha256(running.shard));
        }
        lastReportSent = true;
    }

    private void scheduleReport() {
        long now = getProcessingTimeService().getCurrentProcessingTime();
        getProcessingTimeService()
                .registerTimer(now + settings.study().training().reportInterval().toMillis(), this);
    }

    @Override
    public void onProcessingTime(long timestamp) throws IOException {
        if (lastReportSent) {
            return; // The task lives on until its last checkpoint, and its timers with it.
        }
        for (RunningShard running : shards) {
            report(running, null);
        }
        scheduleReport();
    }

    /** Reports a shard; its last report carries the digest of the final weights. */
    private void report(RunningShard running, @Nullable String finalSha256) throws IOException {
        TrainingReport report =
                running.reporter
                        .report(
                                System.nanoTime(),
                                getProcessingTimeService().getCurrentProcessingTime(),
                                finalSha256 != null)
                        .setCheckpoints(running.checkpoints)
                        .setLastCheckpointBytes(running.lastCheckpointBytes)
                        .setMaxStallMillis(running.maxStallMillis)
                        .setWeightsSha256(finalSha256)
                        .build();
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
        for (RunningShard running : shards) {
            boolean changed = running.shard.counters().batches() > running.publishedBatches;
            if (running.shard.number() == 0 && changed && !inputEnded) {
                publish(running, checkpointId, false);
                // The counters of this version; a job that is stopped says nothing after it.
                report(running, null);
            }
        }
    }

    private ModelUpdate publish(RunningShard running, long version, boolean last)
            throws IOException {
        ModelUpdate update =
                publisher.publish(
                        running.shard,
                        version,
                        last,
                        getProcessingTimeService().getCurrentProcessingTime());
        running.publishedBatches = running.shard.counters().batches();
        output.collect(
                MODEL_UPDATES,
                new StreamRecord<>(
                        record(update.getStudy(), ModelUpdate.getEncoder().encode(update))));
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
        for (RunningShard running : shards) {
            stream.startNewKeyGroup(running.keyGroup);
            running.lastCheckpointBytes = TrainerState.write(running.shard, stream);
        }
        double stall = (System.nanoTime() - stallBegan) * 1e-6;
        for (RunningShard running : shards) {
            running.maxStallMillis = Math.max(running.maxStallMillis, stall);
        }
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        shards.forEach(running -> running.checkpoints++);
        publisher.deleteOldVersions(checkpointId);
    }

    @Override
    public void close() throws Exception {
        shards.forEach(running -> running.shard.close());
        shards.clear();
        super.close();
    }
}
