package io.penstock.flink;

import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes a {@link SolveOperator} for every parallel subtask. */
public final class SolveOperatorFactory extends AbstractStreamOperatorFactory<WireRecord>
        implements OneInputStreamOperatorFactory<ConsumedRecord, WireRecord> {
    private static final long serialVersionUID = 1L;

    private final SolveOperatorSettings settings;
    private final OutputPublisher.Factory publishers;

    /**
     * @param settings what is run
     * @param publishers where its time steps go
     */
    public SolveOperatorFactory(
            SolveOperatorSettings settings, OutputPublisher.Factory publishers) {
        this.settings = settings;
        this.publishers = publishers;
    }

    @Override
    @SuppressWarnings("unchecked") // The signature of the interface leaves no other way.
    public <T extends StreamOperator<WireRecord>> T createStreamOperator(
            StreamOperatorParameters<WireRecord> parameters) {
        return (T) new SolveOperator(parameters, settings, publishers);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return SolveOperator.class;
    }
}
