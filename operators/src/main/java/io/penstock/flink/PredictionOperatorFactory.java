package io.penstock.flink;

import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;
import org.apache.flink.util.OutputTag;

/**
 * Makes the operator that answers prediction requests, from the requests and from the versions and
 * what somebody wants of them. Its main output are the predictions.
 */
public final class PredictionOperatorFactory extends AbstractStreamOperatorFactory<WireRecord>
        implements TwoInputStreamOperatorFactory<ConsumedRecord, ConsumedRecord, WireRecord> {
    private static final long serialVersionUID = 1L;

    /** Side output of encoded {@link io.penstock.schemas.ServingEvent}s. */
    public static final OutputTag<WireRecord> EVENTS = PredictionOperator.EVENTS;

    private final PredictionSettings settings;

    /**
     * @param settings what the operator is made with
     */
    public PredictionOperatorFactory(PredictionSettings settings) {
        this.settings = settings;
    }

    @Override
    @SuppressWarnings("unchecked") // The interface's own contract: the caller asks for our type.
    public <T extends StreamOperator<WireRecord>> T createStreamOperator(
            StreamOperatorParameters<WireRecord> parameters) {
        return (T) new PredictionOperator(parameters, settings);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return PredictionOperator.class;
    }
}
