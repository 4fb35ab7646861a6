package io.penstock.flink;

import io.penstock.sample.Sample;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;
import org.apache.flink.util.OutputTag;

/**
 * Makes the operator that trains a study's shards, from their samples and the logs that all of them
 * read. Its main output are the training reports.
 */
public final class OnlineTrainingOperatorFactory extends AbstractStreamOperatorFactory<WireRecord>
        implements TwoInputStreamOperatorFactory<Sample, SharedRecord, WireRecord> {
    private static final long serialVersionUID = 1L;

    /** Side output of encoded {@link io.penstock.schemas.ModelUpdate}s. */
    public static final OutputTag<WireRecord> MODEL_UPDATES = OnlineTrainingOperator.MODEL_UPDATES;

    /** Side output of encoded {@link io.penstock.schemas.ShardWeights}, for the log. */
    public static final OutputTag<WireRecord> CONTRIBUTIONS = OnlineTrainingOperator.CONTRIBUTIONS;

    /** Side output of encoded {@link io.penstock.schemas.TrainingControl}s: answers to others. */
    public static final OutputTag<WireRecord> CONTROLS = OnlineTrainingOperator.CONTROLS;

    private final TrainingSettings settings;

    /**
     * @param settings what the operator is made with
     */
    public OnlineTrainingOperatorFactory(TrainingSettings settings) {
        this.settings = settings;
    }

    @Override
    @SuppressWarnings("unchecked") // The interface's own contract: the caller asks for our type.
    public <T extends StreamOperator<WireRecord>> T createStreamOperator(
            StreamOperatorParameters<WireRecord> parameters) {
        return (T) new OnlineTrainingOperator(parameters, settings);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return OnlineTrainingOperator.class;
    }
}
