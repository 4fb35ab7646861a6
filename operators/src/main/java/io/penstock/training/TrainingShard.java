package io.penstock.training;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.penstock.reservoir.Reservoir;
import io.penstock.reservoir.SlotStore;
import io.penstock.sample.Normalizer;
import io.penstock.sample.Sample;
import io.penstock.sample.SampleSpec;
import io.penstock.schemas.Purpose;
import io.penstock.surrogate.Surrogate;
import io.penstock.surrogate.SurrogateSpec.NormalizerSource;
import java.io.DataInput;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * One data-parallel rank: a reservoir, a surrogate, an optimiser, a pace and a validation set, as a
 * plain object that a Flink operator drives. It does nothing by itself: {@link #accept} takes a
 * sample in, {@link #work} does one short piece of work when one is due.
 *
 * <p>In the counted pace all work happens inside {@link #accept} and {@link #drain}, so that the
 * weights depend on the order of the samples and the seed only.
 */
public final class TrainingShard implements AutoCloseable {
    private static final long DRAW_STREAM = 0x5eed_d2a3L;
    private static final long TRAINING_STREAM = 0x5eed_7214L;

    final StudySpec study;
    final int number;
    final RestorableUniformRandomProvider trainingRandom;
    final Normalizer normalizer;
    final SurrogateTrainer trainer;
    final SlotStore store;
    final ReceivedSteps received = new ReceivedSteps();
    final ValidationSet validation;
    final SortedMap<Integer, Long> offsets = new TreeMap<>();
    final ShardCounters counters = new ShardCounters();
    Reservoir reservoir;

    private final RestorableUniformRandomProvider drawRandom;
    private final Pace pace;
    private final int[] slots;
    private final boolean[] fresh;

    /**
     * @param study settings of the study
     * @param number shard, from 0
     */
    public TrainingShard(StudySpec study, int number) {
        this.study = study;
        this.number = number;
        this.trainingRandom = random(TRAINING_STREAM);
        SampleSpec sample = study.sample();
        this.normalizer =
                study.surrogate().normalizer() == NormalizerSource.RANGES
                        ? Normalizer.ofRanges(sample)
                        : Normalizer.ofMoments(sample);
        TrainingSpec training = study.training();
        this.drawRandom = random(DRAW_STREAM + number);
        this.reservoir = Reservoir.create(study.reservoir(), drawRandom);
        this.store = SlotStore.allocate(study.reservoir().capacity(), sample.rowBytes());
        this.validation = new ValidationSet(study);
        if (training.torchThreads() > 0) {
            Engine.getEngine("PyTorch");
            JniUtils.setNumThreads(training.torchThreads());
        }
        this.trainer =
                new SurrogateTrainer(
                        sample,
                        study.surrogate(),
                        training,
                        study.validation().slice(),
                        normalizer,
                        trainingRandom);
        this.pace = new Pace(training.pace(), training.batch(), reservoir.threshold());
        this.slots = new int[training.batch()];
        this.fresh = new boolean[training.batch()];
    }

    /** Replaces the reservoir by the one that {@code in} holds. */
    void restoreReservoir(DataInput in) throws IOException {
        reservoir = Reservoir.readFrom(study.reservoir(), drawRandom, in);
    }

    /** A generator for one use; the initial weights must be the same on every shard. */
    private RestorableUniformRandomProvider random(long stream) {
        return RandomSource.XO_SHI_RO_256_PP.create(new long[] {study.seed(), stream});
    }

    /**
     * Takes a sample in. When the reservoir is full of unseen samples this trains until a slot is
     * free, which holds the input back and loses nothing.
     */
    public void accept(Sample sample) {
        offsets.merge(sample.partition(), sample.offset(), Math::max);
        if (!received.add(sample.key())) {
            counters.duplicates++;
        } else if (sample.purpose() == Purpose.VALIDATION) {
            validation.add(sample);
        } else {
            insert(sample);
        }
    }

    private void insert(Sample sample) {
        while (!reservoir.acceptsInsert()) {
            work();
        }
        int slot =
                reservoir.insert(
                        sample.partition(), sample.offset(), sample.simulation(), sample.step());
        store.put(slot, sample.row());
        normalizer.observe(sample.row());
        counters.insertsSinceStep++;
        if (pace.isCounted()) {
            workOwed();
        }
    }

    /** A slice of the validation under way, else the steps owed; all of it when too much is. */
    private void workOwed() {
        boolean more = true;
        for (int steps = 0; more; ) {
            boolean behind = pace.isBehind(reservoir.inserts(), reservoir.draws());
            if (validation.isUnderWay()) {
                work();
                more = behind;
            } else {
                more =
                        canStep()
                                && pace.isOwed(reservoir.inserts(), reservoir.draws())
                                && (behind || steps < pace.stepsPerInsert());
                if (more) {
                    work();
                    steps++;
                }
            }
        }
    }

    /**
     * Continuous pace: whether a piece of work is due now.
     *
     * @param inputIdle whether the input had nothing to offer since the last call
     */
    public boolean isWorkDue(boolean inputIdle) {
        return !pace.isCounted()
                && (validation.isUnderWay()
                        || (canStep() && pace.isDue(counters.insertsSinceStep, inputIdle)));
    }

    private boolean canStep() {
        return reservoir.canFill(slots.length);
    }

    /** Does one short piece of work: a slice of the validation under way, or else a step. */
    public void work() {
        if (validation.isUnderWay()) {
            validation.slice(trainer);
        } else {
            step();
        }
    }

    private void step() {
        long start = System.nanoTime();
        int n = reservoir.drawBatch(slots.length, slots, fresh);
        double rate = learningRate();
        trainer.step(store, slots, fresh, n, rate, counters.batches);
        counters.stepped(n, fresh, meanAge(n), System.nanoTime() - start);
        if (counters.batches % study.validation().everyBatches() == 0 && validation.size() > 0) {
            validation.begin(trainer, counters.batches);
        }
    }

    private double meanAge(int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += reservoir.age(slots[i]);
        }
        return sum / n;
    }

    /** Learning rate of the next step. */
    double learningRate() {
        OptimiserSpec optimiser = study.training().optimiser();
        return optimiser.schedule().rate(optimiser.learningRate(), counters.samplesTrained);
    }

    /** Reception is over: from now on every draw removes its sample. */
    public void receptionOver() {
        reservoir.receptionOver();
    }

    /**
     * After the end of reception: does one short piece of work towards the end of training.
     *
     * @return false when nothing is left: the reservoir is empty and the final weights are
     *     validated
     */
    public boolean drain() {
        if (!validation.isUnderWay()) {
            if (reservoir.size() == 0) {
                if (validation.size() == 0 || validation.last().batch() == counters.batches) {
                    return false;
                }
                validation.begin(trainer, counters.batches);
            }
        }
        work();
        return true;
    }

    /** Its number, from 0. */
    public int number() {
        return number;
    }

    /** The model being trained. */
    public Surrogate surrogate() {
        return trainer.surrogate();
    }

    /** Its normaliser. */
    public Normalizer normalizer() {
        return normalizer;
    }

    /** Counters of the shard's progress. */
    public ShardCounters counters() {
        return counters;
    }

    /** Result of the last complete validation. */
    public ValidationResult lastValidation() {
        return validation.last();
    }

    /** Last offset taken in, by partition. */
    public SortedMap<Integer, Long> offsets() {
        return new TreeMap<>(offsets);
    }

    @Override
    public void close() {
        trainer.close();
        store.close();
        validation.close();
    }
}
