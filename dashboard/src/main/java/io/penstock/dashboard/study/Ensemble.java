package io.penstock.dashboard.study;

import io.penstock.dashboard.study.EnsembleView.CoverageView;
import io.penstock.dashboard.study.EnsembleView.Parameter;
import io.penstock.dashboard.study.EnsembleView.SimulationView;
import io.penstock.dashboard.study.LiveStudy.Begun;
import io.penstock.dashboard.study.Simulation.State;
import io.penstock.dashboard.study.StateView.Counts;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The simulations of a study. */
final class Ensemble {
    private final TreeMap<Long, Simulation> simulations = new TreeMap<>();
    private long changes;
    private long ends;

    void request(SimulationRequest request, long time) {
        find(request.getSimulation()).request(request, time);
        changes++;
    }

    void event(SimulationEvent event, long time) {
        if (event.getKind() == EventKind.ENSEMBLE_FINISHED) {
            ends++;
        } else if (event.getSimulation() >= 0) {
            find(event.getSimulation()).event(event, time);
            changes++;
        }
    }

    void reject(long simulation) {
        Simulation found = simulations.get(simulation);
        if (found != null) {
            found.reject();
        }
    }

    private Simulation find(long id) {
        return simulations.computeIfAbsent(id, Simulation::new);
    }

    /** What happened to simulations so far. */
    long changes() {
        return changes;
    }

    /** How often production ended; each time every partition of the outputs got a mark. */
    long ends() {
        return ends;
    }

    Counts counts() {
        long[] counts = new long[State.values().length];
        simulations.values().forEach(simulation -> counts[simulation.state().ordinal()]++);
        return new Counts(
                simulations.size(),
                counts[State.WAITING.ordinal()],
                counts[State.RUNNING.ordinal()],
                counts[State.FINISHED.ordinal()],
                counts[State.FAILED.ordinal()] + counts[State.GIVEN_UP.ordinal()]);
    }

    /**
     * All of them.
     *
     * @param names parameters as the model describes them; more may be known of simulations
     */
    EnsembleView view(List<Parameter> names) {
        StringBuilder state = new StringBuilder();
        StringBuilder purpose = new StringBuilder();
        for (Simulation simulation : simulations.values()) {
            state.append(simulation.state().letter());
            purpose.append(simulation.purpose() == Purpose.VALIDATION ? 'V' : 'T');
        }
        return new EnsembleView(
                parameters(names),
                simulations.keySet().stream().mapToLong(Long::longValue).toArray(),
                state.toString(),
                simulations.values().stream().mapToDouble(Simulation::progress).toArray(),
                purpose.toString(),
                simulations.values().stream().mapToInt(Simulation::attempt).toArray());
    }

    private List<Parameter> parameters(List<Parameter> names) {
        int count = simulations.isEmpty() ? 0 : longest();
        return IntStream.range(0, Math.max(count, names.size()))
                .mapToObj(i -> i < names.size() ? names.get(i) : new Parameter("p" + i, ""))
                .toList();
    }

    private int longest() {
        return simulations.values().stream().mapToInt(s -> s.parameters().length).max().orElse(0);
    }

    Optional<SimulationView> simulation(long id) {
        return Optional.ofNullable(simulations.get(id)).map(Simulation::view);
    }

    CoverageView coverage(int x, int y, int points, List<Parameter> names) {
        List<Parameter> parameters = parameters(names);
        List<Simulation> known =
                simulations.values().stream()
                        .filter(simulation -> simulation.parameters().length > Math.max(x, y))
                        .toList();
        List<List<Object>> picked = new ArrayList<>();
        int shown = Math.min(points, known.size());
        for (int i = 0; i < shown; i++) {
            Simulation one = known.get((int) ((long) i * known.size() / shown));
            picked.add(
                    List.of(
                            one.parameters()[x],
                            one.parameters()[y],
                            String.valueOf(one.state().letter()),
                            one.id()));
        }
        return new CoverageView(name(parameters, x), name(parameters, y), picked, known.size());
    }

    private static String name(List<Parameter> parameters, int index) {
        return index < parameters.size() ? parameters.get(index).name() : "";
    }

    /** The first validation simulations that have begun, at most so many. */
    List<Begun> validation(int most) {
        return simulations.values().stream()
                .filter(s -> s.purpose() == Purpose.VALIDATION)
                .flatMap(s -> Stream.ofNullable(s.startedAt()).map(at -> new Begun(s.id(), at)))
                .limit(most)
                .toList();
    }

    /** Time steps of a simulation, as those that began said; 0 when none has. */
    int steps() {
        return simulations.values().stream().mapToInt(Simulation::steps).max().orElse(0);
    }
}
