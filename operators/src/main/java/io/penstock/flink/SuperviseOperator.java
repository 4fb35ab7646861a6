package io.penstock.flink;

import static org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;

import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import io.penstock.solver.EnsembleSupervisor;
import io.penstock.solver.RequestPlan;
import io.penstock.solver.SupervisionSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An {@link EnsembleSupervisor} on the topics of the ensemble: requests and events in, events out,
 * requests as a side output. Records of other studies, and such that cannot be decoded, are passed
 * over. Runs with parallelism 1.
 */
public final class SuperviseOperator extends AbstractStreamOperator<WireRecord>
        implements TwoInputStreamOperator<ConsumedRecord, ConsumedRecord, WireRecord>,
                ProcessingTimeCallback {
    /** The requests it makes. */
    public static final OutputTag<WireRecord> REQUESTS =
            new OutputTag<>("requests", WireRecordTypes.WIRE_RECORD);

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(SuperviseOperator.class);
    private static final int LOOKS_PER_TIMEOUT = 4;

    private final RequestPlan plan;
    private final SupervisionSpec rules;

    private transient @Nullable EnsembleSupervisor supervisor;
    private transient @Nullable ListState<byte[]> snapshot;
    private transient @Nullable EnsembleMetrics ensembleMetrics;

    /**
     * @param plan the simulations
     * @param rules what it puts up with
     */
    public SuperviseOperator(RequestPlan plan, SupervisionSpec rules) {
        this.plan = plan;
        this.rules = rules;
    }

    private final class Sending implements EnsembleSupervisor.Orders {
        @Override
        public void request(SimulationRequest request) {
            LOG.info(
                    "asking for simulation {}, attempt {}",
                    request.getSimulation(),
                    request.getAttempt());
            output.collect(REQUESTS, new StreamRecord<>(SimulationRequests.encode(request)));
        }

        @Override
        public void tell(SimulationEvent.Builder event) {
            SimulationEvent told = event.setTimestampMillis(now()).build();
            if (told.getGivenUp()) {
                LOG.warn("simulation {}: {}", told.getSimulation(), told.getReason());
            }
            output.collect(new StreamRecord<>(SimulationEvents.encode(told)));
        }
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        supervisor = new EnsembleSupervisor(plan, rules, new Sending());
        snapshot =
                context.getOperatorStateStore()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "ended-simulations", BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        for (byte[] bytes : snapshot.get()) {
            supervisor.restore(bytes, now());
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        ensembleMetrics =
                new EnsembleMetrics(getMetricGroup(), plan.study(), supervisor().counts());
        lookLater();
    }

    private void lookLater() {
        long pause = Math.max(1, rules.timeout().toMillis() / LOOKS_PER_TIMEOUT);
        getProcessingTimeService().registerTimer(now() + pause, this);
    }

    private long now() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    @Override
    public void onProcessingTime(long timestamp) {
        supervisor().look(now());
        count();
        lookLater();
    }

    @Override
    public void processElement1(StreamRecord<ConsumedRecord> request) {
        SimulationRequests.decode(request.getValue(), plan.study())
                .ifPresent(found -> supervisor().requested(found));
        count();
    }

    @Override
    public void processElement2(StreamRecord<ConsumedRecord> event) {
        decode(event.getValue()).ifPresent(found -> supervisor().happened(found, now()));
        count();
    }

    private void count() {
        if (ensembleMetrics != null) {
            ensembleMetrics.counted(supervisor().counts());
        }
    }

    private static Optional<SimulationEvent> decode(ConsumedRecord input) {
        try {
            byte[] value = input.value();
            return value == null
                    ? Optional.empty()
                    : Optional.of(SimulationEvents.DECODER.decode(value));
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "Passed over the event at {}-{}@{}: {}",
                    input.topic(),
                    input.partition(),
                    input.offset(),
                    e.toString());
            return Optional.empty();
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        if (snapshot == null) {
            throw new IllegalStateException("state not initialised");
        }
        snapshot.update(List.of(supervisor().encode()));
    }

    private EnsembleSupervisor supervisor() {
        if (supervisor == null) {
            throw new IllegalStateException("state not initialised");
        }
        return supervisor;
    }
}
