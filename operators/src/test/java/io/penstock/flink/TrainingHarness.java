package io.penstock.flink;

import io.penstock.sample.Sample;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.ShardWeights;
import io.penstock.schemas.TrainingControl;
import io.penstock.schemas.TrainingReport;
import io.penstock.training.ContributionChunk;
import io.penstock.training.Control;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** Drives the training operator of one subtask, made by its factory. */
final class TrainingHarness extends AbstractStreamOperatorTestHarness<WireRecord> {
    /**
     * @param shard which of the study's shards it trains
     */
    TrainingHarness(TrainingSettings settings, int shard) throws Exception {
        super(
                new OnlineTrainingOperatorFactory(settings),
                ShardAssigner.MAX_PARALLELISM,
                settings.study().training().shards(),
                shard);
        config.setStateKeySerializer(
                Types.INT.createSerializer(executionConfig.getSerializerConfig()));
        config.setStatePartitioner(0, new ShardAssigner(settings.study().training().shards()));
        config.serializeAllConfigs();
        setup(
                WireRecordTypes.WIRE_RECORD.createSerializer(
                        getExecutionConfig().getSerializerConfig()));
    }

    @SuppressWarnings("unchecked")
    private TwoInputStreamOperator<Sample, SharedRecord, WireRecord> train() {
        return (TwoInputStreamOperator<Sample, SharedRecord, WireRecord>) getOperator();
    }

    void sample(Sample sample) throws Exception {
        StreamRecord<Sample> record = new StreamRecord<>(sample);
        train().setKeyContextElement1(record);
        train().processElement1(record);
    }

    void told(ContributionChunk chunk) throws Exception {
        train().processElement2(new StreamRecord<>(new SharedRecord(chunk, null)));
    }

    void told(Control control) throws Exception {
        train().processElement2(new StreamRecord<>(new SharedRecord(null, control)));
    }

    void endSamples() throws Exception {
        ((BoundedMultiInput) getOperator()).endInput(1);
    }

    void endLog() throws Exception {
        ((BoundedMultiInput) getOperator()).endInput(2);
    }

    /** Runs the mails that wait, at most so many; how many there were. */
    int mails(int most) throws Exception {
        int run = 0;
        while (run < most && getTaskMailbox().hasMail()) {
            getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
            run++;
        }
        return run;
    }

    List<TrainingReport> reports() throws IOException {
        List<TrainingReport> reports = new ArrayList<>();
        for (WireRecord record : extractOutputValues()) {
            reports.add(TrainingReport.getDecoder().decode(record.value()));
        }
        return reports;
    }

    TrainingReport lastReport() throws IOException {
        return reports().get(reports().size() - 1);
    }

    List<ModelUpdate> models() throws IOException {
        List<ModelUpdate> updates = new ArrayList<>();
        for (WireRecord record : side(OnlineTrainingOperatorFactory.MODEL_UPDATES)) {
            updates.add(ModelUpdate.getDecoder().decode(record.value()));
        }
        return updates;
    }

    /** What went to the log of contributions. */
    List<ShardWeights> contributions() throws IOException {
        List<ShardWeights> records = new ArrayList<>();
        for (WireRecord record : side(OnlineTrainingOperatorFactory.CONTRIBUTIONS)) {
            records.add(ShardWeightsRecords.decode(record.value()));
        }
        return records;
    }

    /** What went to the log of controls. */
    List<TrainingControl> controls() throws IOException {
        List<TrainingControl> records = new ArrayList<>();
        for (WireRecord record : side(OnlineTrainingOperatorFactory.CONTROLS)) {
            records.add(ControlRecords.decode(record.value()));
        }
        return records;
    }

    private List<WireRecord> side(OutputTag<WireRecord> tag) {
        var output = getSideOutput(tag);
        return output == null ? List.of() : output.stream().map(StreamRecord::getValue).toList();
    }

    /** The bytes of the shard's state. */
    static byte[] rawState(OperatorSubtaskState state) throws Exception {
        KeyedStateHandle handle = state.getRawKeyedState().iterator().next();
        try (var in = ((KeyGroupsStateHandle) handle).openInputStream()) {
            return in.readAllBytes();
        }
    }
}
