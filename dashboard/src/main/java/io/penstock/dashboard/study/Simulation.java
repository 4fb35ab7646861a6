package io.penstock.dashboard.study;

import io.penstock.dashboard.study.EnsembleView.SimulationView;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of one simulation. */
final class Simulation {
    /** Where a simulation is. */
    enum State {
        WAITING('W'),
        RUNNING('R'),
        FINISHED('F'),
        FAILED('X'),
        GIVEN_UP('G');

        private final char letter;

        State(char letter) {
            this.letter = letter;
        }

        char letter() {
            return letter;
        }
    }

    private final long id;
    private State state = State.WAITING;
    private Purpose purpose = Purpose.TRAINING;
    private int attempt = 1;
    private double[] parameters = {};
    private int steps;
    private int sent;
    private long toldAt;
    private @Nullable Long startedAt;
    private @Nullable Long endedAt;
    private @Nullable String reason;
    private long rejected;

    Simulation(long id) {
        this.id = id;
    }

    /**
     * Takes a request. One that is older than what is known, which comes from another topic, says
     * nothing new; one of a simulation that has ended begins it again.
     *
     * @param time when the record was written
     */
    void request(SimulationRequest request, long time) {
        boolean again = endedAt != null && time > toldAt;
        if (toldAt == 0 || again || request.getAttempt() > attempt) {
            begin(State.WAITING, request.getAttempt(), time);
            startedAt = null;
        }
        purpose = request.getPurpose();
        if (parameters.length == 0 || again) {
            parameters = array(request.getParameters());
        }
    }

    /**
     * Takes an event.
     *
     * @param time when the record was written
     */
    void event(SimulationEvent event, long time) {
        if (event.getAttempt() < attempt && time < toldAt) {
            return; // Of a former attempt, overtaken by the request of the next.
        }
        toldAt = Math.max(toldAt, time);
        switch (event.getKind()) {
            case STARTED -> start(event, time);
            case HEARTBEAT -> sent = Math.max(sent, event.getStepsSent());
            case FINISHED -> end(State.FINISHED, event, time);
            case FAILED -> end(event.getGivenUp() ? State.GIVEN_UP : State.FAILED, event, time);
            case ENSEMBLE_FINISHED -> {}
        }
    }

    private void start(SimulationEvent event, long time) {
        begin(State.RUNNING, event.getAttempt(), time);
        startedAt = event.getTimestampMillis();
        steps = event.getExpectedSteps();
        tell(event);
    }

    private void end(State how, SimulationEvent event, long time) {
        state = how;
        sent = Math.max(sent, event.getStepsSent());
        endedAt = event.getTimestampMillis();
        reason = event.getReason();
        toldAt = Math.max(toldAt, time);
        tell(event);
    }

    private void begin(State first, int attemptNow, long time) {
        state = first;
        attempt = attemptNow;
        sent = 0;
        endedAt = null;
        reason = null;
        toldAt = Math.max(toldAt, time);
    }

    private void tell(SimulationEvent event) {
        if (event.getPurpose() != null) {
            purpose = event.getPurpose();
        }
        if (!event.getParameters().isEmpty()) {
            parameters = array(event.getParameters());
        }
    }

    /** Counts a sample of it that was rejected. */
    void reject() {
        rejected++;
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    long id() {
        return id;
    }

    State state() {
        return state;
    }

    Purpose purpose() {
        return purpose;
    }

    int attempt() {
        return attempt;
    }

    double[] parameters() {
        return parameters;
    }

    int steps() {
        return steps;
    }

    @Nullable Long startedAt() {
        return startedAt;
    }

    /** Share of its steps that were sent, in thousandths. */
    double progress() {
        if (state == State.FINISHED) {
            return 1;
        }
        return steps == 0 ? 0 : Math.min(1, Math.rint(1000.0 * sent / steps) / 1000);
    }

    SimulationView view() {
        int all = state == State.FINISHED ? Math.max(steps, sent) : sent;
        return new SimulationView(
                id,
                state.name(),
                purpose.name(),
                attempt,
                parameters.clone(),
                steps,
                all,
                startedAt,
                endedAt,
                reason,
                rejected);
    }
}
