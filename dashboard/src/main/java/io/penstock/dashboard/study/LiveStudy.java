package io.penstock.dashboard.study;

import io.penstock.dashboard.series.ShardSeries;
import io.penstock.dashboard.study.EnsembleView.CoverageView;
import io.penstock.dashboard.study.EnsembleView.Parameter;
import io.penstock.dashboard.study.EnsembleView.SimulationView;
import io.penstock.dashboard.study.StateView.Stale;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.ServingEvent;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import io.penstock.schemas.TrainingControl;
import io.penstock.schemas.TrainingReport;
import io.penstock.surrogate.ModelDescription;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A study that is followed: its newest run. The follower tells it record by record; anybody asks.
 * One lock for both, held for moments.
 */
public final class LiveStudy implements Source {
    /** A study is live when it was heard of so recently. */
    static final long LIVE_MILLIS = 10_000;

    private final String name;
    private final Supplier<Surroundings> surroundings;
    private final Training training = new Training();
    private final Ensemble ensemble = new Ensemble();
    private final Models models = new Models();
    private final Rejections rejections = new Rejections();
    private final Controls controls = new Controls();
    private final Serving serving = new Serving();
    private long changes;
    private long renamings;

    /**
     * @param surroundings asked for what is known of the broker
     */
    LiveStudy(String name, Supplier<Surroundings> surroundings) {
        this.name = name;
        this.surroundings = surroundings;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /**
     * Takes a training report.
     *
     * @param fresh whether it was written just now, so that what is known of the broker fits it
     */
    public synchronized void report(TrainingReport report, boolean fresh) {
        training.add(report);
        if (fresh && report.getShard() == 0) {
            training.tellLag(lag());
        }
        changes++;
    }

    /**
     * Takes a request for a simulation.
     *
     * @param time when the record was written
     */
    public synchronized void request(SimulationRequest request, long time) {
        ensemble.request(request, time);
        changes++;
    }

    /**
     * Takes what happened to a simulation.
     *
     * @param time when the record was written
     */
    public synchronized void event(SimulationEvent event, long time) {
        ensemble.event(event, time);
        changes++;
    }

    /** Takes a version of the model. */
    public synchronized void model(ModelUpdate update) {
        List<Parameter> before = models.parameters();
        models.add(update);
        renamings += models.parameters().equals(before) ? 0 : 1;
        changes++;
    }

    /** Takes a rejected sample. */
    public synchronized void rejected(RejectedSample sample) {
        if (rejections.add(sample) && sample.getSimulation() != null) {
            ensemble.reject(sample.getSimulation());
        }
        changes++;
    }

    /** Takes what was asked of the training, or what came of it. */
    public synchronized void control(TrainingControl control) {
        controls.add(control);
        changes++;
    }

    /** Takes what was asked or said of the served model. */
    public synchronized void serving(ServingEvent event) {
        serving.add(event);
        changes++;
    }

    /** The topic of the samples was made anew. */
    synchronized void samplesBeginAgain() {
        rejections.samplesBeginAgain();
    }

    /** Grows with everything it is told. */
    public synchronized long changes() {
        return changes;
    }

    /** Grows with everything it is told of simulations, or of what their parameters are. */
    public synchronized long ensembleChanges() {
        return ensemble.changes() + renamings;
    }

    /** A line of the list of studies. */
    public synchronized StudyLine line(long now) {
        boolean known = !training.isEmpty();
        long last = training.lastReport();
        return new StudyLine(
                name,
                training.latest().shards(),
                training.latest().phase().name(),
                known ? (Long) last : null,
                known && now - last < LIVE_MILLIS);
    }

    /**
     * A study in a list.
     *
     * @param lastReport when the last report was written; null before the first
     * @param live whether that was in the last 10 s
     */
    public record StudyLine(
            String study, int shards, String phase, @Nullable Long lastReport, boolean live) {}

    @Override
    public synchronized StateView state(long now) {
        long began = training.began();
        boolean known = !training.isEmpty();
        Shown shown = new Shown(training.latest());
        return new StateView(
                "live:" + name,
                name,
                true,
                now,
                known ? (Long) began : null,
                new Stale(surroundings.get().stale(), shown.stale(now)),
                shown.totals(rejections.total(began), lag()),
                shown.shards(),
                shown.draws(),
                ensemble.counts(),
                models.view(began),
                rejections.view(began),
                controls.view(),
                serving.view());
    }

    /** Records not yet taken in; NaN when that is not known. */
    private double lag() {
        Surroundings known = surroundings.get();
        double marks = (double) ensemble.ends() * known.outputPartitions();
        double lag = known.outputs() - marks - training.takenIn() - rejections.total(0);
        return training.isEmpty() || Double.isNaN(lag) ? Double.NaN : Math.max(0, lag);
    }

    @Override
    public synchronized long total() {
        return training.total();
    }

    @Override
    public synchronized List<ShardSeries> series(double from, double to, int points) {
        return training.series(from, to, points);
    }

    /**
     * What somebody who follows the series is to be told next: the rows that are new, or everything
     * when rows were taken back, a new run began, or so many came that they are better told
     * thinned.
     *
     * @param last what was told last; null for nothing yet
     * @param points most rows of each shard when everything is told
     */
    public synchronized Increment since(@Nullable Increment last, int points) {
        return training.since(last == null ? null : last.mark(), points);
    }

    /**
     * What is new in the series.
     *
     * @param mark where they end now
     * @param isWhole whether the rows stand in the place of all that was told before
     * @param shards the rows of the shards that have any
     */
    public record Increment(SeriesMark mark, boolean isWhole, List<ShardSeries> shards) {}

    @Override
    public synchronized EnsembleView ensemble() {
        return ensemble.view(models.parameters());
    }

    @Override
    public synchronized Optional<SimulationView> simulation(long id) {
        return ensemble.simulation(id);
    }

    @Override
    public synchronized CoverageView coverage(int x, int y, int points) {
        return ensemble.coverage(x, y, points, models.parameters());
    }

    /** The newest version of its model. */
    public synchronized Optional<ModelUpdate> newestModel() {
        return models.newest();
    }

    /** What its newest model is. */
    public synchronized Optional<ModelDescription> description() {
        return models.description();
    }

    /** The first validation simulations that have begun. */
    public synchronized List<Begun> validationSimulations(int most) {
        return ensemble.validation(most);
    }

    /**
     * A simulation that has begun.
     *
     * @param startedAt when its last attempt did, milliseconds since the epoch
     */
    public record Begun(long id, long startedAt) {}

    /** Time steps of a simulation; 0 when not known. */
    public synchronized int steps() {
        return ensemble.steps();
    }
}
