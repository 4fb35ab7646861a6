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
import java.util.Set;
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
 * are computed, and so do {@link SimulationEvent}s; FINISHED and FAILED are said when every step
 * sent before them is acknowledged. A simulation that cannot be started or continued is FAILED, and
 * the next one runs; a step that cannot be sent fails the job.
 *
 * <p>An interrupt is how Flink cancels a task: it ends the operator, and no simulation is FAILED by
 * it.
 *
 * <p>A time step is a mail that submits the next one, so checkpoints and input fall between steps.
 * State: the requests that are not done. A restore leaves out what has ended meanwhile, and starts
 * the running simulation again from its beginning, as the next attempt; whoever reads the steps
 * drops those it has.
 */
final class SolveOperator extends AbstractStreamOperator<Void>
        implements OneInputStreamOperator<ConsumedRecord, Void>, BoundedOneInput {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = LoggerFactory.getLogger(SolveOperator.class);

    private final SolveOperatorSettings settings;
    private final OutputPublisher.Factory publishers;
    private final EndedSimulations ended;
    private final transient MailboxExecutor mailbox;

    private final transient Queue<SimulationRequest> queue = new ArrayDeque<>();
    private transient @Nullable SolveOperatorRun running;
    private transient boolean stepSubmitted;
    private transient long lastSignOfLife;
    private transient @Nullable OutputPublisher publisher;
    private transient @Nullable ListState<byte[]> requests;
    private transient @Nullable SolverMetrics solverMetrics;

    SolveOperator(
            StreamOperatorParameters<Void> parameters,
            SolveOperatorSettings settings,
            OutputPublisher.Factory publishers,
            EndedSimulations ended) {
        super(parameters);
        this.settings = settings;
        this.publishers = publishers;
        this.ended = ended;
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
        if (!queue.isEmpty()) {
            Set<Long> over = ended.read();
            queue.removeIf(request -> over.contains(request.getSimulation()));
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        publisher = publishers.open();
        solverMetrics = new SolverMetrics(getMetricGroup(), settings.study());
        submitStep();
    }

    @Override
    public void processElement(StreamRecord<ConsumedRecord> element) {
        SimulationRequests.decode(element.getValue(), settings.study())
                .ifPresent(
                        request -> {
                            queue.add(request);
                            submitStep();
                        });
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

    private void step() throws InterruptedException {
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
        tell(
                event(request, EventKind.STARTED)
                        .setPurpose(request.getPurpose())
                        .setParameters(request.getParameters())
                        .setExpectedSteps(settings.steps()));
    }

    private void advance(SolveOperatorRun run) throws InterruptedException {
        SolverOutput output;
        try {
            output = run.advance();
        } catch (RuntimeException e) {
            stop(run);
            fail(run.request(), run.done(), e);
            return;
        }
        publisher().publish(output);
        solverMetrics().sent();
        if (run.finished()) {
            stop(run);
            publisher().flush();
            tell(event(run.request(), EventKind.FINISHED).setStepsSent(run.done()));
        } else if (now() - lastSignOfLife >= settings.heartbeatMillis()) {
            tell(event(run.request(), EventKind.HEARTBEAT).setStepsSent(run.done()));
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
        tell(
                event(request, EventKind.FAILED)
                        .setStepsSent(stepsSent)
                        .setReason(cause.getClass().getSimpleName() + ": " + reason));
    }

    private SimulationEvent.Builder event(SimulationRequest request, EventKind kind) {
        return SimulationEvents.of(request, kind, now());
    }

    private void tell(SimulationEvent.Builder event) {
        lastSignOfLife = event.getTimestampMillis();
        solverMetrics().told(event.getKind());
        publisher().publish(event.build());
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

    private SolverMetrics solverMetrics() {
        if (solverMetrics == null) {
            throw new IllegalStateException("not open");
        }
        return solverMetrics;
    }

    private ListState<byte[]> requests() {
        if (requests == null) {
            throw new IllegalStateException("state not initialised");
        }
        return requests;
    }
}
