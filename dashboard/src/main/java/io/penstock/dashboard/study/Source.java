package io.penstock.dashboard.study;

import io.penstock.dashboard.series.ShardSeries;
import io.penstock.dashboard.study.EnsembleView.CoverageView;
import io.penstock.dashboard.study.EnsembleView.SimulationView;
import java.util.List;
import java.util.Optional;

/** What the page can show: a study that is followed, or a run of the past. */
public interface Source {
    /** The present state. */
    StateView state(long now);

    /** Rows kept now or thinned since, all shards together. */
    long total();

    /**
     * Every shard's rows of a span of time, thinned.
     *
     * @param from first time, milliseconds since the epoch
     * @param to last time
     * @param points most rows of a shard
     */
    List<ShardSeries> series(double from, double to, int points);

    /** The simulations; of a past run they are not known. */
    default EnsembleView ensemble() {
        return EnsembleView.empty();
    }

    /** One simulation. */
    default Optional<SimulationView> simulation(long id) {
        return Optional.empty();
    }

    /**
     * Where the simulations lie in the space of their parameters.
     *
     * @param x index of the parameter on the one axis
     * @param y index of that on the other
     * @param points most simulations; more are thinned evenly
     */
    default CoverageView coverage(int x, int y, int points) {
        return new CoverageView("", "", List.of(), 0);
    }
}
