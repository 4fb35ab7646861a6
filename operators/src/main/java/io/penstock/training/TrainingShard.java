package io.penstock.training;

import ai.djl.ndarray.NDArray;
import io.penstock.reservoir.Reservoir;
import io.penstock.reservoir.SlotStore;
import io.penstock.sample.Normalizer;
import io.penstock.sample.Sample;
import io.penstock.sample.SampleSpec;
import io.penstock.schemas.Purpose;
import io.penstock.surrogate.Surrogate;
import io.penstock.surrogate.Surrogate.NamedWeight;
import io.penstock.surrogate.SurrogateSpec.NormalizerSource;
import io.penstock.surrogate.TorchThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.jspecify.annotations.Nullable;

/**
 * One data-parallel rank: a reservoir, a surrogate, an optimiser, a pace, a validation set and its
 * rounds with the other shards, as a plain object that a Flink operator drives. It does nothing by
 * itself: {@link #accept} takes a sample in, {@link #take} a chunk of the log of contributions,
 * {@link #work} does one short piece of work when one is due.
 *
 * <p>In the counted pace all training happens at points that the order of the samples decides, so
 * that the weights depend on that order and the seed only. A shard that waits for a round therefore
 * holds the samples back that come meanwhile, and goes on at the very point where it stopped; in
 * the continuous pace it takes in what its reservoir has room for. A shard that {@link Controls}
 * hold does the same.
 */
public final class TrainingShard implements AutoCloseable {
    private static final long DRAW_STREAM = 0x5eed_d2a3L;
    private static final long TRAINING_STREAM = 0x5eed_7214L;

    /** Its shards' streams are far from those of the draws. */
    private static final long NOISE_STREAM = 0x5eed_0015_0000L;

    /** More than one, so that what is held back gets less though samples keep coming. */
    private static final int ADMITTED_PER_SAMPLE = 2;

    final StudySpec study;
    final int number;
    final RestorableUniformRandomProvider trainingRandom;
    final RestorableUniformRandomProvider noiseRandom;
    final Normalizer normalizer;
    final SurrogateTrainer trainer;
    final SlotStore store;
    final ReceivedSteps received;
    final ValidationSet validation;
    final SortedMap<Integer, Long> offsets = new TreeMap<>();
    final ShardCounters counters = new ShardCounters();
    final Rounds rounds;
    final Backlog backlog;
    final Controls controls;
    final RestorableUniformRandomProvider drawRandom;
    Reservoir reservoir;

    private final ShardLogs logs;
    private final Pace pace;
    private final int[] slots;
    private final boolean[] fresh;
    private @Nullable ContributionLog contributions;
    private boolean inputOver;

    /** A shard that is alone. */
    public TrainingShard(StudySpec study, int number) {
        this(study, number, ShardLogs.NONE);
    }

    /**
     * @param study settings of the study
     * @param number shard, from 0
     * @param logs the logs it works with
     */
    public TrainingShard(StudySpec study, int number, ShardLogs logs) {
        this.study = study;
        this.number = number;
        this.logs = logs;
        this.trainingRandom = trainingRandom(study);
        this.noiseRandom = random(NOISE_STREAM + number);
        SampleSpec sample = study.sample();
        this.received = new ReceivedSteps(sample.steps(), study.training().shards(), number);
        this.normalizer =
                study.surrogate().normalizer() == NormalizerSource.RANGES
                        ? Normalizer.ofRanges(sample)
                        : Normalizer.ofMoments(sample);
        TrainingSpec training = study.training();
        this.drawRandom = random(DRAW_STREAM + number);
        this.reservoir =
                Reservoir.create(
                        study.reservoir(), study.surrogate().form(), sample.steps(), drawRandom);
        this.store = SlotStore.allocate(study.reservoir().capacity(), sample.rowBytes());
        this.validation = new ValidationSet(study);
        TorchThreads.limitThisThread(training.torchThreads());
        this.trainer = new SurrogateTrainer(study, normalizer, trainingRandom, noiseRandom);
        this.rounds =
                new Rounds(
                        study,
                        number,
                        trainer.surrogate().manager(),
                        trainer.mergedTensors(training.merge().moments()),
                        logs.run(),
                        logs.sink());
        this.backlog = new Backlog(sample.rowBytes());
        this.controls = new Controls(logs.run(), number, logs.controls());
        this.pace = new Pace(training.pace(), training.batch(), reservoir.threshold());
        this.slots = new int[training.batch() * reservoir.slotsPerDraw()];
        this.fresh = new boolean[training.batch()];
    }

    /** A generator for one use; the initial weights must be the same on every shard. */
    private RestorableUniformRandomProvider random(long stream) {
        return random(study, stream);
    }

    /** The generator that the initial weights of a study come from. */
    static RestorableUniformRandomProvider trainingRandom(StudySpec study) {
        return random(study, TRAINING_STREAM);
    }

    private static RestorableUniformRandomProvider random(StudySpec study, long stream) {
        return RandomSource.XO_SHI_RO_256_PP.create(new long[] {study.seed(), stream});
    }

    /**
     * Takes a sample in, or holds it back while the shard waits for a round or is held. When the
     * reservoir is full of unseen samples this trains until a slot is free, which holds the input
     * back and loses nothing.
     */
    public void accept(Sample sample) {
        if (rounds.isOver()) {
            return; // An earlier attempt of this job trained on it, and the log holds the result.
        }
        if (!backlog.isEmpty() || mustHoldBack()) {
            backlog.add(sample);
            admit(ADMITTED_PER_SAMPLE);
        } else if (!take(sample, false)) {
            backlog.add(sample);
        }
    }

    private boolean mustHoldBack() {
        return (isHeld() || rounds.isWaiting()) && (pace.isCounted() || !reservoir.acceptsInsert());
    }

    private boolean isHeld() {
        return controls.isHeld(counters.batches);
    }

    /** Takes in what was held back, the oldest first. */
    private void admit(int most) {
        for (int i = 0; i < most && !mustHoldBack(); i++) {
            Backlog.Entry next = backlog.peek(logs.samples(), counters);
            if (next == null || !take(next.sample(), next.known())) {
                return;
            }
            backlog.remove();
        }
    }

    /**
     * Takes a sample in.
     *
     * @param known whether it is to be trained on though it was received before
     * @return false when it has to wait, because making room for it led to a round
     */
    private boolean take(Sample sample, boolean known) {
        if (!reservoir.acceptsInsert()
                && sample.purpose() == Purpose.TRAINING
                && (known || !received.contains(sample.key()))
                && !makeRoom()) {
            return false;
        }
        StepTimes times = trainer.times();
        boolean isMeasured = times.nextIsMeasured();
        long start = isMeasured ? System.nanoTime() : 0;
        boolean isInserted = put(sample, known);
        if (isMeasured) {
            times.ingested(System.nanoTime() - start);
        }
        if (isInserted && pace.isCounted()) {
            workOwed();
        }
        return true;
    }

    /** Puts a sample where it belongs; whether that is the reservoir. */
    private boolean put(Sample sample, boolean known) {
        offsets.merge(sample.partition(), sample.offset(), Math::max);
        boolean isNew = received.add(sample.key());
        if (!isNew && !known) {
            counters.duplicates++;
            return false;
        }
        if (sample.purpose() == Purpose.VALIDATION) {
            validation.add(sample);
            return false;
        }
        insert(sample);
        return true;
    }

    private boolean makeRoom() {
        while (!reservoir.acceptsInsert() && !rounds.isWaiting()) {
            train();
        }
        return reservoir.acceptsInsert();
    }

    private void insert(Sample sample) {
        int slot =
                reservoir.insert(
                        sample.partition(), sample.offset(), sample.simulation(), sample.step());
        store.put(slot, sample.row());
        normalizer.observe(sample.row());
        counters.insertsSinceStep++;
    }

    /** A slice of the validation under way, else the steps owed; all of it when too much is. */
    private void workOwed() {
        boolean more = !rounds.isWaiting();
        for (int steps = 0; more; ) {
            boolean behind = pace.isBehind(reservoir.inserts(), draws());
            if (validation.isUnderWay()) {
                train();
                more = behind;
            } else {
                more =
                        canStep()
                                && pace.isOwed(reservoir.inserts(), draws())
                                && (behind || steps < pace.stepsPerInsert());
                if (more) {
                    train();
                    steps++;
                }
            }
            more &= !rounds.isWaiting();
        }
    }

    /** Takes the next chunk of the log of contributions; false when it was refused. */
    public boolean take(ContributionChunk chunk) {
        return rounds.take(chunk);
    }

    /** Says from where on the log of controls counts for this submission of the job. */
    public void beginControls(long offset) {
        controls.begin(offset);
    }

    /** Offset of the log of controls that is to be read next. */
    public long controlsPosition() {
        return controls.position();
    }

    /** Takes the next record of the log of controls; what it asks is not answered yet. */
    public void take(Control control) {
        if (!isFinished()) {
            controls.take(control);
        }
    }

    /** Answers the controls that were read. */
    public void answerControls() {
        controls.answer(counters.batches);
    }

    /** No control can come any more, so the shard goes on. */
    public void liftControls() {
        controls.lift();
    }

    /** Whether somebody has paused the training. */
    public boolean isPaused() {
        return controls.isPaused(counters.batches);
    }

    /**
     * Whether a piece of work is due now. In the counted pace samples bring their work with them;
     * what is left are rounds, samples held back, and the end.
     *
     * @param inputIdle whether the input had nothing to offer since the last call
     */
    public boolean isWorkDue(boolean inputIdle) {
        boolean isHeld = isHeld();
        if (!isHeld && rounds.isReady()) {
            return true;
        }
        if (isHeld || rounds.isWaiting()) {
            return !(backlog.isEmpty() || mustHoldBack());
        }
        if (!backlog.isEmpty()) {
            return true;
        }
        if (inputOver) {
            return !isFinished();
        }
        return !pace.isCounted()
                && (validation.isUnderWay()
                        || (canStep() && pace.isDue(counters.insertsSinceStep, inputIdle)));
    }

    /** Draws as the pace counts them. */
    private double draws() {
        return reservoir.draws() - counters.carried;
    }

    /** Draws that the counted pace owes. */
    double owed() {
        return pace.owed(reservoir.inserts(), draws());
    }

    private boolean canStep() {
        return reservoir.canFill(fresh.length);
    }

    /** Does one short piece of work: of a round, of what was held back, of the end, or a step. */
    public void work() {
        if (isHeld()) {
            admit(fresh.length);
        } else if (rounds.isReady()) {
            merge();
        } else if (!backlog.isEmpty()) {
            admit(fresh.length);
        } else if (inputOver && !rounds.isWaiting()) {
            finish();
        } else if (!rounds.isWaiting()) {
            train();
        }
    }

    /** A slice of the validation under way, or else a step. */
    private void train() {
        if (!validation.isUnderWay()) {
            step();
            return;
        }
        ValidationShare share = validation.slice(trainer);
        if (share != null && rounds.isAlone()) {
            trainer.concludeErrors(share.count());
            validation.conclude(
                    ValidationResult.of(share.sums(), share.count(), validation.beganAt()));
        } else if (share != null) {
            rounds.keep(share);
        }
    }

    private void step() {
        rounds.goOn();
        int n = reservoir.drawBatch(fresh.length, slots, fresh);
        double rate = controls.takeRate(scheduledRate());
        trainer.step(store, new Drawn(slots, fresh, n, reservoir.gap()), rate, counters.batches);
        counters.stepped(n, fresh, meanAge(n));
        rounds.stepped();
        if (rounds.isDue(counters)) {
            rounds.contribute(counters, false);
        } else if (rounds.isAlone()
                && counters.batches % study.validation().everyBatches() == 0
                && validation.size() > 0) {
            validation.begin(trainer, counters.batches);
        }
    }

    private double meanAge(int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += reservoir.age(slots[i * reservoir.slotsPerDraw()]);
        }
        return sum / n;
    }

    /** Learning rate of the next step. */
    double learningRate() {
        return controls.rate(scheduledRate(), counters.batches);
    }

    /** What the schedule says, which counts the samples of all shards. */
    private double scheduledRate() {
        OptimiserSpec optimiser = study.training().optimiser();
        double base =
                optimiser.learningRate()
                        * study.training().merge().rateFactor(study.training().shards());
        return optimiser.schedule().rate(base, rounds.studySamples(counters));
    }

    private void merge() {
        if (contributions == null) {
            contributions = logs.contributions().open();
        }
        Rounds.Merged merged = rounds.advance(contributions, counters);
        if (merged == null) {
            return;
        }
        if (merged.validation() != null && number == 0) {
            validation.conclude(merged.validation());
        }
        if (merged.validationDue()) {
            validation.begin(trainer, counters.batches);
        }
        if (rounds.isOver()) {
            dropTheRest();
        } else if (pace.isCounted() && !reservoir.isReceptionOver()) {
            workOwed();
        }
    }

    /**
     * What is left when the log says that the run is over was trained on by an earlier attempt of
     * the job, whose contributions are the ones that count.
     */
    private void dropTheRest() {
        backlog.clear();
        reservoir.receptionOver();
        while (reservoir.size() > 0) {
            reservoir.drawBatch(fresh.length, slots, fresh);
        }
    }

    /**
     * Whether others wait for this shard, which has nothing to train on. While it is held it is not
     * to be hurried: the others read the same log.
     */
    public boolean isHoldingUp() {
        return !isHeld() && rounds.isAwaited() && !isWorkDue(true);
    }

    /**
     * Lets the others go on: contributes to the round what the shard has trained so far, or takes
     * in the round that they have been through.
     */
    public void hurry() {
        while (validation.isUnderWay()) {
            train();
        }
        rounds.hurry(counters);
    }

    /** Reception is over: from now on every draw removes its sample. */
    public void receptionOver() {
        inputOver = true;
        if (backlog.isEmpty() && !rounds.isWaiting()) {
            reservoir.receptionOver();
        }
    }

    /** After the state was read: what follows from it. */
    void restored() {
        inputOver = reservoir.isReceptionOver();
    }

    /** A short piece of work towards the end of training. */
    private void finish() {
        reservoir.receptionOver();
        if (validation.isUnderWay() || reservoir.size() > 0) {
            train();
        } else if (rounds.isAlone()) {
            validation.begin(trainer, counters.batches);
        } else if (rounds.hasContributed()) {
            rounds.waitNow();
        } else {
            rounds.contribute(counters, true);
        }
    }

    /**
     * After the end of reception: does one short piece of work towards the end of training.
     *
     * @return false when there is none to do: training has ended, or waits for other shards
     */
    public boolean drain() {
        boolean due = isWorkDue(true);
        if (due) {
            work();
        }
        return due;
    }

    /**
     * Whether training has ended: the reservoir is empty, the final weights are validated and, of
     * several shards, the same on each.
     */
    public boolean isFinished() {
        return rounds.isAlone()
                ? inputOver
                        && reservoir.size() == 0
                        && !validation.isUnderWay()
                        && (validation.size() == 0 || validation.last().batch() == counters.batches)
                : rounds.isOver();
    }

    /** Its number, from 0. */
    public int number() {
        return number;
    }

    /** The model being trained. */
    public Surrogate surrogate() {
        return trainer.surrogate();
    }

    /**
     * The weights to publish: those of the model, or their averages where the study asks for them;
     * of several shards those that the last round made. Shard 0 only.
     */
    public List<NamedWeight> publishedWeights() {
        List<NamedWeight> live = trainer.served().weights();
        List<NDArray> merged = rounds.merged();
        List<NamedWeight> published = new ArrayList<>();
        for (int i = 0; i < live.size() && !rounds.isAlone(); i++) {
            published.add(new NamedWeight(live.get(i).name(), merged.get(i)));
        }
        return rounds.isAlone() ? live : published;
    }

    /**
     * Grows when there is something new to publish: training steps, or of several shards rounds.
     */
    public long publishable() {
        return rounds.isAlone() ? counters.batches : rounds.round();
    }

    /** Training steps that the weights to publish are made of, by shard. */
    public long[] publishedBatches() {
        return rounds.isAlone() ? new long[] {counters.batches} : rounds.batches();
    }

    /** Samples that the weights to publish were trained on, repeats counted, by shard. */
    public long[] publishedSamples() {
        return rounds.isAlone() ? new long[] {counters.samplesTrained} : rounds.samples();
    }

    /** Its normaliser. */
    public Normalizer normalizer() {
        return normalizer;
    }

    /** Counters of the shard's progress. */
    public ShardCounters counters() {
        return counters;
    }

    /** Result of the last complete validation; of several shards, shard 0 has it. */
    public ValidationResult lastValidation() {
        return validation.last();
    }

    /**
     * How far the predictions of the validation set had gone from the teacher's at the last
     * complete validation, mean squared difference of normalised outputs; not a number without a
     * teacher.
     */
    public double churn() {
        Distillation distillation = trainer.distillation();
        return distillation == null ? Double.NaN : distillation.churn();
    }

    /** Last offset taken in, by partition. */
    public SortedMap<Integer, Long> offsets() {
        return new TreeMap<>(offsets);
    }

    @Override
    public void close() {
        if (contributions != null) {
            contributions.close();
        }
        rounds.close();
        trainer.close();
        store.close();
        validation.close();
    }
}
