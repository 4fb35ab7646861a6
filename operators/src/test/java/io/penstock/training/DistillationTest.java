package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.penstock.reservoir.SlotStore;
import io.penstock.sample.Sample;
import io.penstock.schemas.TrainingReport;
import io.penstock.surrogate.Surrogate;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DistillationTest {
    private static final List<Sample> SAMPLES = StudyFixture.samples(60);
    private static final int CELLS = StudyFixture.CELLS;
    private static final double SHARE = 0.3;
    private static final int EVERY = 3;

    private static StudyFixture sgd() {
        return StudyFixture.counted(4).with(OptimiserSpec.Kind.SGD);
    }

    private static StudyFixture distilled(double share, int every) {
        return sgd().with(new ContinualSpec(0, 0.55, 0, share, every));
    }

    /** Normalised predictions of the rows of a batch, one after another. */
    private static float[] predictions(Surrogate surrogate, SlotStore store, Drawn batch) {
        float[] inputs = new float[batch.count() * 3];
        for (int i = 0; i < batch.count(); i++) {
            ByteBuffer row = store.row(batch.slots()[i]);
            inputs[3 * i] = (row.getFloat(0) - 0.5f) / 0.5f;
            inputs[3 * i + 1] = row.getFloat(4);
            inputs[3 * i + 2] = (row.getFloat(8) - 10) / 10;
        }
        try (NDManager scope = surrogate.manager().newSubManager()) {
            NDArray x = scope.create(inputs, new Shape(batch.count(), 3));
            return surrogate.forward(new NDList(x), false).toFloatArray();
        }
    }

    /** The rows with {@code (1 - λ) target + λ prediction} in the place of the target. */
    private static SlotStore blended(StudySpec study, SlotStore rows, Drawn batch, float[] taught) {
        SlotStore store = SlotStore.allocate(Trainers.ROWS, study.sample().rowBytes());
        for (int i = 0; i < batch.count(); i++) {
            byte[] bytes = new byte[store.rowBytes()];
            rows.row(batch.slots()[i]).get(bytes);
            ByteBuffer row = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            for (int c = 0; c < CELLS; c++) {
                int at = (3 + c) * Float.BYTES;
                double inUnits = taught[i * CELLS + c] * 4 - 2;
                row.putFloat(at, (float) ((1 - SHARE) * row.getFloat(at) + SHARE * inUnits));
            }
            store.put(batch.slots()[i], bytes);
        }
        return store;
    }

    private static void copy(SurrogateTrainer from, SurrogateTrainer to) {
        WeightMean.copy(
                from.mergedTensors(MergeSpec.Moments.LOCAL),
                to.mergedTensors(MergeSpec.Moments.LOCAL));
    }

    private static void train(SurrogateTrainer trainer, SlotStore store, int from, int to) {
        for (int t = from; t < to; t++) {
            trainer.step(store, Trainers.batch(t), 0.1, t);
        }
    }

    /**
     * With e² = (p - t)² and d² = (p - q)², the gradient of (1 - λ) e² + λ d² is that of (p - ((1 -
     * λ) t + λ q))².
     */
    @Test
    void stepsAsTowardsTargetsBlendedWithTheTeachersPredictions() {
        StudySpec plain = sgd().spec();
        try (SlotStore store = Trainers.rows(plain);
                SurrogateTrainer distilling = Trainers.create(distilled(SHARE, EVERY).spec());
                SurrogateTrainer teacher = Trainers.create(plain);
                SurrogateTrainer reference = Trainers.create(plain)) {
            train(distilling, store, 0, EVERY);
            copy(distilling, teacher);
            train(distilling, store, EVERY, EVERY + 2);
            copy(distilling, reference);

            Drawn batch = Trainers.batch(EVERY + 2);
            float[] taught = predictions(teacher.surrogate(), store, batch);
            distilling.step(store, batch, 1, EVERY + 2);
            double[] undistilled;
            try (SurrogateTrainer other = Trainers.create(plain)) {
                copy(reference, other);
                other.step(store, batch, 1, EVERY + 2);
                undistilled = Trainers.values(other.surrogate());
            }
            try (SlotStore blended = blended(plain, store, batch, taught)) {
                reference.step(blended, batch, 1, EVERY + 2);
            }
            double[] expected = Trainers.values(reference.surrogate());
            assertThat(Trainers.values(distilling.surrogate()))
                    .containsExactly(expected, within(1e-6));
            assertThat(farthest(expected, undistilled)).isGreaterThan(1e-4);
        }
    }

    private static double farthest(double[] a, double[] b) {
        double farthest = 0;
        for (int i = 0; i < a.length; i++) {
            farthest = Math.max(farthest, Math.abs(a[i] - b[i]));
        }
        return farthest;
    }

    @Test
    void hasNoTeacherBeforeTheFirstIsDueAndReportsTheErrorAgainstTheData() {
        StudySpec plain = sgd().spec();
        try (SlotStore store = Trainers.rows(plain);
                SurrogateTrainer distilling = Trainers.create(distilled(SHARE, EVERY).spec());
                SurrogateTrainer other = Trainers.create(plain)) {
            train(distilling, store, 0, EVERY);
            train(other, store, 0, EVERY);
            assertThat(Trainers.values(distilling.surrogate()))
                    .isEqualTo(Trainers.values(other.surrogate()));

            train(distilling, store, EVERY, EVERY + 2);
            copy(distilling, other);
            for (SurrogateTrainer trainer : List.of(distilling, other)) {
                trainer.resetTrainingSums();
                trainer.step(store, Trainers.batch(1), 0.1, EVERY + 2);
            }
            assertThat(distilling.trainingSums()[0]).isEqualTo(other.trainingSums()[0]);
        }
    }

    @Test
    void measuresTheChurnSinceTheTeacher() {
        StudySpec study = distilled(SHARE, EVERY).spec();
        try (SlotStore store = Trainers.rows(study);
                SurrogateTrainer trainer = Trainers.create(study);
                SurrogateTrainer teacher = Trainers.create(study)) {
            train(trainer, store, 0, EVERY);
            copy(trainer, teacher);
            train(trainer, store, EVERY, 2 * EVERY);
            double squares = 0;
            trainer.resetErrorSums();
            for (int i = 0; i < 2; i++) {
                Drawn slice = Trainers.batch(i);
                trainer.evaluate(store, slice);
                float[] now = predictions(trainer.surrogate(), store, slice);
                float[] then = predictions(teacher.surrogate(), store, slice);
                for (int j = 0; j < now.length; j++) {
                    squares += Math.pow((double) now[j] - then[j], 2);
                }
            }
            long outputs = 2L * 4 * CELLS;
            trainer.concludeErrors(outputs);
            Distillation distillation = trainer.distillation();
            assertThat(distillation).isNotNull();
            assertThat(distillation.churn()).isCloseTo(squares / outputs, withinPercentage(0.1));
        }
    }

    private static double churn(double share) {
        try (TrainingShard shard = new TrainingShard(distilled(share, 20).spec(), 0)) {
            SAMPLES.forEach(shard::accept);
            shard.receptionOver();
            while (shard.drain()) {}
            return shard.churn();
        }
    }

    @Test
    void lowersTheChurn() {
        double[] churns = {churn(0.001), churn(0.5), churn(0.9)};
        assertThat(churns[2]).as(Arrays.toString(churns)).isPositive().isLessThan(churns[1]);
        assertThat(churns[1]).as(Arrays.toString(churns)).isLessThan(churns[0]);
    }

    @Test
    void isReportedOnceThereIsATeacher() {
        try (TrainingShard shard = new TrainingShard(distilled(0.5, 20).spec(), 0)) {
            ShardReporter reporter = new ShardReporter(shard, 0);
            assertThat(report(reporter).getChurn()).isNull();
            SAMPLES.forEach(shard::accept);
            assertThat(report(reporter).getChurn()).isEqualTo(shard.churn()).isPositive();
        }
    }

    private static TrainingReport report(ShardReporter reporter) {
        return reporter.report(1, 1, false)
                .setCheckpoints(0)
                .setLastCheckpointBytes(0)
                .setMaxStallMillis(0)
                .build();
    }
}
