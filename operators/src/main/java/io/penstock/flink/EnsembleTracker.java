package io.penstock.flink;

import static org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;

import io.penstock.schemas.EventKind;
import io.penstock.schemas.SimulationEvent;
import io.penstock.setting.Check;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes all events of a study on and adds ENSEMBLE_FINISHED when every simulation has FINISHED or
 * FAILED. Repeated events count once. When the input ends earlier, because requests could not be
 * read, ENSEMBLE_FINISHED is added at its end, since nothing more will come. Runs with parallelism
 * 1.
 */
public final class EnsembleTracker extends AbstractStreamOperator<WireRecord>
        implements OneInputStreamOperator<WireRecord, WireRecord>, BoundedOneInput {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = LoggerFactory.getLogger(EnsembleTracker.class);

    private final String study;
    private final long simulations;

    private transient @Nullable EnsembleTrackerState progress;
    private transient @Nullable ListState<byte[]> snapshot;

    /**
     * @param study name of the study
     * @param simulations how many simulations it has, of every purpose
     */
    public EnsembleTracker(String study, long simulations) {
        Check.notBlank("study", study);
        Check.atLeast(1, "simulations", simulations);
        this.study = study;
        this.simulations = simulations;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        progress = new EnsembleTrackerState();
        snapshot =
                context.getOperatorStateStore()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "ended-simulations", BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        for (byte[] bytes : snapshot.get()) {
            progress = EnsembleTrackerState.decode(bytes);
        }
    }

    @Override
    public void processElement(StreamRecord<WireRecord> element) throws IOException {
        SimulationEvent event = SimulationEvent.getDecoder().decode(element.getValue().value());
        output.collect(element);
        EventKind kind = event.getKind();
        if (kind == EventKind.FINISHED || kind == EventKind.FAILED) {
            progress().add(event.getSimulation());
            if (progress().ended() >= simulations) {
                announceOnce();
            }
        }
    }

    @Override
    public void endInput() {
        if (progress().ended() < simulations) {
            LOGGER.warn(
                    "Study {} ends with {} of {} simulations; the requests of the others were"
                            + " missing or could not be read",
                    study,
                    progress().ended(),
                    simulations);
        }
        announceOnce();
    }

    private void announceOnce() {
        if (!progress().announced()) {
            progress().announce();
            long now = getProcessingTimeService().getCurrentProcessingTime();
            SimulationEvent end = SimulationEvents.ensembleFinished(study, now);
            output.collect(new StreamRecord<>(SimulationEvents.encode(end)));
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        if (snapshot == null) {
            throw new IllegalStateException("state not initialised");
        }
        snapshot.update(List.of(progress().encode()));
    }

    private EnsembleTrackerState progress() {
        if (progress == null) {
            throw new IllegalStateException("state not initialised");
        }
        return progress;
    }
}
