package io.penstock.flink;

import static org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;

import io.penstock.schemas.EventKind;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import io.penstock.schemas.SolverOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the simulations it is asked for, one after the other; as many run at once as the operator
 * has subtasks.
 *
 * <p>Input: encoded {@link SimulationRequest}s. A record that is not a request of the study is
 * logged with its position and skipped. Time steps go to an {@link OutputPublisher} as soon as they
 * are computed; output are encoded {@link SimulationEvent}s. FINISHED and FAILED are emitted when
 * every step sent before them is acknowledged. A simulation that cannot be started or continued is
 * FAILED, and the next one runs; a step that cannot be sent fails the job.
 *
 * <p>A time step is a mail that submits the next one, so checkpoints and input fall between steps.
 * State: the requests that are not done. The running simulation is started again from its beginning
 * by a restore, as the next attempt; whoever reads the steps drops those it has.
 */
final class SolveOperator extends AbstractStreamOperator<WireRecord>
        implements OneInputStreamOperator<ConsumedRecord, WireRecord>, BoundedOneInput {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = LoggerFactory.getLogger(SolveOperator.class);

    private final SolveOperatorSettings settings;
    private final OutputPublisher.Factory publishers;
    private final transient MailboxExecutor mailbox;

    private final transient Queue<SimulationRequest> queue = new ArrayDeque<>();
    private transient @Nullable SolveOperatorRun running;
    private transient boolean stepSubmitted;
    private transient long lastSignOfLife;
    private transient @Nullable OutputPublisher publisher;
    private transient @Nullable ListState<byte[]> requests;

    SolveOperator(
            StreamOperatorParameters<WireRecord> parameters,
            SolveOperatorSettings settings,
            OutputPublisher.Factory publishers) {
        super(parameters);
        this.settings = settings;
        this.publishers = publishers;
        this.mailbox = parameters.getMailboxExecutor();
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        requests =
                context.getOperatorStateStore()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "requests", BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        for (byte[] request : requests.get()) {
            queue.add(SimulationRequest.getDecoder().decode(request));
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        publisher = publishers.open();
        submitStep();
    }

    @Override
    public void processElement(StreamRecord<ConsumedRecord> element) {
        SimulationRequest request = decode(element.getValue());
        if (request != null) {
            queue.add(request);
            submitStep();
        }
    }

    private @Nullable SimulationRequest decode(ConsumedRecord input) {
        String fault;
        try {
            byte[] value = input.value();
            SimulationRequest request =
                    value == null ? null : SimulationRequest.getDecoder().decode(value);
            if (request == null) {
                fault = "it has no value";
            } else if (!request.getStudy().equals(settings.study())) {
                fault = "it is of the study " + request.getStudy() + ", not " + settings.study();
            } else if (request.getSimulation() < 0) {
                fault = "its simulation is " + request.getSimulation() + "; allowed: 0 or above";
            } else {
                return request;
            }
        } catch (IOException | RuntimeException e) {
            // Avro throws unchecked exceptions too when the bytes are not what they claim to be.
            fault = "it cannot be decoded: " + e;
        }
        LOGGER.warn(
                "Skipped the simulation request at {}-{}@{}: {}",
                input.topic(),
                input.partition(),
                input.offset(),
                fault);
        return null;
    }

    private boolean busy() {
        return running != null || !queue.isEmpty();
    }

    private void submitStep() {
        if (busy() && !stepSubmitted) {
            stepSubmitted = true;
            mailbox.execute(this::step, "time step of a simulation");
        }
    }

    private void step() {
        stepSubmitted = false;
        SolveOperatorRun run = running;
        if (run == null) {
            start(queue.remove());
        } else {
            advance(run);
        }
        submitStep();
    }

    private void start(SimulationRequest request) {
        try {
            running = new SolveOperatorRun(request, settings);
        } catch (RuntimeException e) {
            fail(request, 0, e);
            return;
        }
        emit(
                event(request, EventKind.STARTED)
                        .setPurpose(request.getPurpose())
                        .setParameters(request.getParameters())
                        .setExpectedSteps(settings.steps()));
    }

    private void advance(SolveOperatorRun run) {
        SolverOutput output;
        try {
            output = run.advance();
        } catch (RuntimeException e) {
            stop(run);
            fail(run.request(), run.done(), e);
            return;
        }
        publisher().publish(output);
        if (run.finished()) {
            stop(run);
            publisher().flush();
            emit(event(run.request(), EventKind.FINISHED).setStepsSent(run.done()));
        } else if (now() - lastSignOfLife >= settings.heartbeatMillis()) {
            emit(event(run.request(), EventKind.HEARTBEAT).setStepsSent(run.done()));
        }
    }

    private void stop(SolveOperatorRun run) {
        running = null;
        run.close();
    }

    private void fail(SimulationRequest request, int stepsSent, RuntimeException cause) {
        LOGGER.warn(
                "Simulation {} failed after {} steps", request.getSimulation(), stepsSent, cause);
        publisher().flush();
        String reason = String.valueOf(cause.getMessage()).replaceAll("\\R", " ");
        emit(
                event(request, EventKind.FAILED)
                        .setStepsSent(stepsSent)
                        .setReason(cause.getClass().getSimpleName() + ": " + reason));
    }

    private SimulationEvent.Builder event(SimulationRequest request, EventKind kind) {
        return SimulationEvents.of(request, kind, now());
    }

    private void emit(SimulationEvent.Builder event) {
        lastSignOfLife = event.getTimestampMillis();
        output.collect(new StreamRecord<>(SimulationEvents.encode(event.build())));
    }

    private long now() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    @Override
    public void endInput() throws InterruptedException {
        // Yielding instead of stepping on the spot lets the task be cancelled between steps.
        while (busy()) {
            mailbox.yield();
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        publisher().flush();
        List<byte[]> undone = new ArrayList<>();
        if (running != null) {
            SimulationRequest request = running.request();
            undone.add(
                    encode(
                            SimulationRequest.newBuilder(request)
                                    .setAttempt(request.getAttempt() + 1)
                                    .build()));
        }
        for (SimulationRequest request : queue) {
            undone.add(encode(request));
        }
        requests().update(undone);
    }

    private static byte[] encode(SimulationRequest request) throws IOException {
        return SimulationRequest.getEncoder().encode(request).array();
    }

    @Override
    public void close() throws Exception {
        try (OutputPublisher opened = publisher;
                SolveOperatorRun run = running) {
            super.close();
        }
    }

    private OutputPublisher publisher() {
        if (publisher == null) {
            throw new IllegalStateException("not open");
        }
        return publisher;
    }

    private ListState<byte[]> requests() {
        if (requests == null) {
            throw new IllegalStateException("state not initialised");
        }
        return requests;
    }
}
