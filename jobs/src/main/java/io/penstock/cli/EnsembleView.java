package io.penstock.cli;

import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import java.util.HashMap;
import java.util.Map;

/** The simulations of a study, by what was last said of them. */
final class EnsembleView {
    private enum State {
        WAITING,
        RUNNING,
        FINISHED,
        FAILED,
        GIVEN_UP
    }

    private record Said(State state, long millis) {}

    private final Map<Long, Said> simulations = new HashMap<>();

    /**
     * Takes a request. It and the events come by different topics, so their times tell which of
     * them was later: a study that is run again requests what has ended before.
     */
    void requested(SimulationRequest request, long millis) {
        say(request.getSimulation(), new Said(State.WAITING, millis));
    }

    /** Takes an event of a simulation. */
    void happened(SimulationEvent event, long millis) {
        State state =
                switch (event.getKind()) {
                    case STARTED, HEARTBEAT -> State.RUNNING;
                    case FINISHED -> State.FINISHED;
                    case FAILED -> event.getGivenUp() ? State.GIVEN_UP : State.FAILED;
                    case ENSEMBLE_FINISHED -> null;
                };
        if (state != null) {
            say(event.getSimulation(), new Said(state, millis));
        }
    }

    private void say(long simulation, Said said) {
        simulations.merge(simulation, said, (old, now) -> now.millis() >= old.millis() ? now : old);
    }

    StudyStatus.Ensemble counts() {
        return new StudyStatus.Ensemble(
                count(State.WAITING),
                count(State.RUNNING),
                count(State.FINISHED),
                count(State.FAILED),
                count(State.GIVEN_UP));
    }

    private int count(State state) {
        return (int) simulations.values().stream().filter(said -> said.state() == state).count();
    }
}
