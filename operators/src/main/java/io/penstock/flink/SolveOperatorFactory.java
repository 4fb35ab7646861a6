package io.penstock.flink;

import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes a {@link SolveOperator} for every parallel subtask. */
public final class SolveOperatorFactory extends AbstractStreamOperatorFactory<Void>
        implements OneInputStreamOperatorFactory<ConsumedRecord, Void> {
    private static final long serialVersionUID = 1L;

    private final SolveOperatorSettings settings;
    private final OutputPublisher.Factory publishers;
    private final EndedSimulations ended;

    /**
     * @param settings what is run
     * @param publishers where its time steps and events go
     * @param ended what a restored job need not run any more
     */
    public SolveOperatorFactory(
            SolveOperatorSettings settings,
            OutputPublisher.Factory publishers,
            EndedSimulations ended) {
        this.settings = settings;
        this.publishers = publishers;
        this.ended = ended;
    }

    @Override
    @SuppressWarnings("unchecked") // The signature of the interface leaves no other way.
    public <T extends StreamOperator<Void>> T createStreamOperator(
            StreamOperatorParameters<Void> parameters) {
        return (T) new SolveOperator(parameters, settings, publishers, ended);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return SolveOperator.class;
    }
}
