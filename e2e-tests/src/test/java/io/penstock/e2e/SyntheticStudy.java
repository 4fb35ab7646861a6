package io.penstock.e2e;

import io.penstock.reservoir.NewestSpec;
import io.penstock.reservoir.ReservoirSpec;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Quantity;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import io.penstock.schemas.DType;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.Field;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SolverOutput;
import io.penstock.surrogate.Architecture;
import io.penstock.surrogate.MlpSpec;
import io.penstock.surrogate.SurrogateSpec;
import io.penstock.training.ContinualSpec;
import io.penstock.training.LearningRateSchedule;
import io.penstock.training.MergeSpec;
import io.penstock.training.OptimiserSpec;
import io.penstock.training.PaceSpec;
import io.penstock.training.StudySpec;
import io.penstock.training.TrainingSpec;
import io.penstock.training.ValidationSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;

/** A small study whose records an outside producer sends. */
public final class SyntheticStudy {
    public static final String NAME = "synthetic";
    public static final int STEPS = 10;
    static final int CELLS = 16;

    private SyntheticStudy() {}

    static StudySpec spec(PaceSpec pace) {
        SampleSpec sample =
                new SampleSpec(
                        NAME,
                        List.of(new Quantity("a", "", 0, 1)),
                        new Quantity("time", "s", 1, STEPS),
                        List.of(new FieldSpec("u", "K", List.of(4, 4), -1, 1)),
                        STEPS,
                        1 << 16);
        OptimiserSpec adam =
                new OptimiserSpec(
                        OptimiserSpec.Kind.ADAM,
                        2e-3,
                        1e-4,
                        0.9,
                        0.999,
                        1e-8,
                        0,
                        new LearningRateSchedule(500, 0.5, 3));
        return new StudySpec(
                sample,
                new ReservoirSpec(
                        ReservoirSpec.Kind.RESERVOIR,
                        100,
                        30,
                        1,
                        NewestSpec.NONE,
                        ReservoirSpec.Checkpoint.REFERENCE),
                new SurrogateSpec(
                        new MlpSpec(List.of(32, 32)),
                        SampleForm.DIRECT,
                        SurrogateSpec.NormalizerSource.RANGES),
                new TrainingSpec(
                        8,
                        adam,
                        ContinualSpec.NONE,
                        pace,
                        1,
                        merge(Duration.ofMinutes(1)),
                        1,
                        TrainingSpec.Until.ENSEMBLE_FINISHED,
                        Duration.ofMillis(100)),
                new ValidationSpec(2, 20, 8),
                7);
    }

    /** A round every 20 steps. */
    static MergeSpec merge(Duration patience) {
        return new MergeSpec(
                MergeSpec.Schedule.CONSTANT,
                20,
                1,
                1,
                0,
                MergeSpec.Moments.LOCAL,
                MergeSpec.RateScaling.NONE,
                patience);
    }

    /** The same study with several shards. */
    static StudySpec sharded(PaceSpec pace, int shards, MergeSpec merge) {
        StudySpec one = spec(pace);
        return with(one, one.surrogate().architecture(), shards, merge);
    }

    /** The same study with another model. */
    static StudySpec with(StudySpec one, Architecture architecture, int shards, MergeSpec merge) {
        TrainingSpec training = one.training();
        return new StudySpec(
                one.sample(),
                one.reservoir(),
                new SurrogateSpec(architecture, SampleForm.DIRECT, one.surrogate().normalizer()),
                new TrainingSpec(
                        training.batch(),
                        training.optimiser(),
                        training.continual(),
                        training.pace(),
                        shards,
                        merge,
                        training.torchThreads(),
                        training.until(),
                        training.reportInterval()),
                one.validation(),
                one.seed());
    }

    static PaceSpec counted() {
        return new PaceSpec(PaceSpec.Kind.SAMPLES_PER_INSERT, 4);
    }

    static PaceSpec continuous() {
        return new PaceSpec(PaceSpec.Kind.CONTINUOUS, 1);
    }

    /** A valid record; the first two simulations are for validation. */
    public static SolverOutput output(long simulation, int step) {
        double a = (simulation * 0.618 + 0.3) % 1;
        ByteBuffer data = ByteBuffer.allocate(CELLS * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < CELLS; i++) {
            data.putFloat((float) (Math.sin(3 * a + i * 0.4) * Math.exp(-step / 5.0)));
        }
        return SolverOutput.newBuilder()
                .setStudy(NAME)
                .setSimulation(simulation)
                .setTimeStep(step)
                .setTime(step + 1)
                .setPurpose(simulation < 2 ? Purpose.VALIDATION : Purpose.TRAINING)
                .setParameters(List.of(a))
                .setFields(
                        List.of(
                                Field.newBuilder()
                                        .setName("u")
                                        .setShape(List.of(4, 4))
                                        .setDtype(DType.FLOAT32)
                                        .setData(data.rewind())
                                        .build()))
                .build();
    }

    /** The bytes of a record. */
    public static byte[] encode(SolverOutput output) throws IOException {
        return bytes(SolverOutput.getEncoder().encode(output));
    }

    /** The bytes of the event that ends the ensemble. */
    public static byte[] ensembleFinished() throws IOException {
        return bytes(
                SimulationEvent.getEncoder()
                        .encode(
                                SimulationEvent.newBuilder()
                                        .setStudy(NAME)
                                        .setKind(EventKind.ENSEMBLE_FINISHED)
                                        .build()));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        return copy;
    }

    /** Sends whole simulations, one after the other. */
    static void send(TestCluster cluster, int from, int to) throws Exception {
        for (int simulation = from; simulation < to; simulation++) {
            for (int step = 0; step < STEPS; step++) {
                cluster.send(
                        cluster.topics.solverOutputs(),
                        Integer.toString(simulation),
                        encode(output(simulation, step)));
            }
        }
    }

    static void sendEnsembleFinished(TestCluster cluster) throws Exception {
        cluster.send(cluster.topics.simulationEvents(), NAME, ensembleFinished());
    }
}
