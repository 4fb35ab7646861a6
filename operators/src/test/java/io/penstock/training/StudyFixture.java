package io.penstock.training;

import io.penstock.reservoir.NewestSpec;
import io.penstock.reservoir.ReservoirSpec;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Quantity;
import io.penstock.sample.Sample;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleLog;
import io.penstock.sample.SampleSpec;
import io.penstock.schemas.Purpose;
import io.penstock.surrogate.Architecture;
import io.penstock.surrogate.MlpSpec;
import io.penstock.surrogate.SurrogateSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A small study whose field is a smooth function of two parameters, the time and the cell. */
public record StudyFixture(
        ReservoirSpec reservoir,
        PaceSpec pace,
        SurrogateSpec.NormalizerSource normalizer,
        OptimiserSpec.Kind optimiser,
        double clipNorm,
        SampleForm form,
        ContinualSpec continual,
        Architecture architecture) {
    public static final int STEPS = 20;
    static final int CELLS = 12;

    /** A round every ten steps. */
    public static final MergeSpec MERGE = merge(MergeSpec.Schedule.CONSTANT, 10);

    public static StudyFixture counted(double samplesPerInsert) {
        return new StudyFixture(
                new ReservoirSpec(
                        ReservoirSpec.Kind.RESERVOIR,
                        40,
                        15,
                        1,
                        NewestSpec.NONE,
                        ReservoirSpec.Checkpoint.REFERENCE),
                new PaceSpec(PaceSpec.Kind.SAMPLES_PER_INSERT, samplesPerInsert),
                SurrogateSpec.NormalizerSource.RANGES,
                OptimiserSpec.Kind.ADAM,
                0,
                SampleForm.DIRECT,
                ContinualSpec.NONE,
                new MlpSpec(List.of(16, 16)));
    }

    /** From the fields at some steps to those that follow. */
    static StudyFixture autoRegressive(SampleForm form) {
        StudyFixture direct =
                counted(3)
                        .with(
                                new ReservoirSpec(
                                        ReservoirSpec.Kind.SIM_PAIRED,
                                        4 * STEPS + 7,
                                        15,
                                        1,
                                        NewestSpec.NONE,
                                        ReservoirSpec.Checkpoint.REFERENCE));
        return new StudyFixture(
                direct.reservoir,
                direct.pace,
                direct.normalizer,
                direct.optimiser,
                0,
                form,
                ContinualSpec.NONE,
                direct.architecture);
    }

    public static MergeSpec merge(MergeSpec.Schedule schedule, int every) {
        return merge(schedule, every, 0);
    }

    /** A round every ten steps, which the shards do not wait for at once. */
    static MergeSpec overlapping(int overlap) {
        return merge(MergeSpec.Schedule.CONSTANT, 10, overlap);
    }

    private static MergeSpec merge(MergeSpec.Schedule schedule, int every, int overlap) {
        return new MergeSpec(
                schedule,
                every,
                0.5,
                2,
                overlap,
                MergeSpec.Moments.LOCAL,
                MergeSpec.RateScaling.NONE,
                Duration.ofSeconds(10));
    }

    /** A study with a round every ten steps. */
    public static StudySpec sharded(StudyFixture fixture, int shards) {
        return sharded(fixture, shards, MERGE);
    }

    static StudySpec sharded(StudyFixture fixture, int shards, MergeSpec merge) {
        StudySpec one = fixture.spec();
        TrainingSpec t = one.training();
        return new StudySpec(
                one.sample(),
                one.reservoir(),
                one.surrogate(),
                new TrainingSpec(
                        t.batch(),
                        t.optimiser(),
                        t.continual(),
                        t.pace(),
                        shards,
                        merge,
                        t.torchThreads(),
                        t.until(),
                        t.reportInterval()),
                new ValidationSpec(2, 10, 7),
                one.seed());
    }

    public static StudyFixture continuous() {
        return counted(1).with(new PaceSpec(PaceSpec.Kind.CONTINUOUS, 1));
    }

    public StudyFixture with(PaceSpec other) {
        return new StudyFixture(
                reservoir, other, normalizer, optimiser, clipNorm, form, continual, architecture);
    }

    public StudyFixture with(ReservoirSpec other) {
        return new StudyFixture(
                other, pace, normalizer, optimiser, clipNorm, form, continual, architecture);
    }

    public StudyFixture with(SurrogateSpec.NormalizerSource other) {
        return new StudyFixture(
                reservoir, pace, other, optimiser, clipNorm, form, continual, architecture);
    }

    public StudyFixture with(OptimiserSpec.Kind other) {
        return new StudyFixture(
                reservoir, pace, normalizer, other, clipNorm, form, continual, architecture);
    }

    public StudyFixture with(Architecture other) {
        return new StudyFixture(
                reservoir, pace, normalizer, optimiser, clipNorm, form, continual, other);
    }

    /** With gradients clipped, which takes steps through autograd instead of in one pass. */
    public StudyFixture clipped(double norm) {
        return new StudyFixture(
                reservoir, pace, normalizer, optimiser, norm, form, continual, architecture);
    }

    StudyFixture with(ContinualSpec other) {
        return new StudyFixture(
                reservoir, pace, normalizer, optimiser, clipNorm, form, other, architecture);
    }

    public StudySpec spec() {
        SampleSpec sample =
                new SampleSpec(
                        "fixture",
                        List.of(new Quantity("a", "K", 0, 1), new Quantity("b", "K", -1, 1)),
                        new Quantity("time", "s", 0, STEPS),
                        List.of(new FieldSpec("u", "K", List.of(3, 4), -2, 2)),
                        STEPS,
                        1 << 20);
        OptimiserSpec settings =
                new OptimiserSpec(
                        optimiser,
                        5e-3,
                        1e-4,
                        0.9,
                        0.999,
                        1e-8,
                        clipNorm,
                        new LearningRateSchedule(2000, 0.7, 4));
        return new StudySpec(
                sample,
                reservoir,
                new SurrogateSpec(architecture, form, normalizer),
                new TrainingSpec(
                        8,
                        settings,
                        continual,
                        pace,
                        1,
                        MERGE,
                        1,
                        TrainingSpec.Until.ENSEMBLE_FINISHED,
                        Duration.ofSeconds(1)),
                new ValidationSpec(2, 10, 7),
                42);
    }

    /** The samples of some simulations in the order a live ensemble sends them, with repeats. */
    public static List<Sample> samples(int simulations) {
        List<Sample> samples = new ArrayList<>();
        for (int s = 0; s < simulations; s++) {
            for (int t = 0; t < STEPS; t++) {
                samples.add(sample(s, t, samples.size()));
                if (t == 7 && s % 3 == 0) {
                    samples.add(sample(s, t, samples.size()));
                }
            }
        }
        return samples;
    }

    public static Sample sample(long simulation, int step, long offset) {
        double a = (simulation * 0.618 + 0.5) % 1;
        double b = (simulation * 0.414 + 0.5) % 1 * 2 - 1;
        ByteBuffer row =
                ByteBuffer.allocate((3 + CELLS) * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        row.putFloat((float) a).putFloat((float) b).putFloat(step + 1);
        for (int c = 0; c < CELLS; c++) {
            double decay = Math.exp(-step / 10.0);
            row.putFloat((float) (decay * Math.sin(a * 2 + c * 0.3) + b * (1 - decay)));
        }
        Purpose purpose = simulation < 2 ? Purpose.VALIDATION : Purpose.TRAINING;
        return new Sample(simulation, step, purpose, 0, offset, row.array());
    }

    /** The log those samples are in: their offsets are their indices. */
    public static SampleLog log(List<Sample> samples, long firstRetained) {
        return new SampleLog() {
            @Override
            public int read(int[] partitions, long[] offsets, Receiver receiver) {
                int found = 0;
                for (int i = 0; i < offsets.length; i++) {
                    if (offsets[i] >= firstRetained) {
                        receiver.accept(i, samples.get((int) offsets[i]));
                        found++;
                    }
                }
                return found;
            }

            @Override
            public void close() {}
        };
    }
}
