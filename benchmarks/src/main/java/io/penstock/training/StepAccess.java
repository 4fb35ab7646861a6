package io.penstock.training;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.penstock.reservoir.SlotStore;
import io.penstock.sample.Normalizer;
import java.util.Arrays;
import org.apache.commons.rng.simple.RandomSource;

/** Our training step for a loop that brings its own batches. Used by the thread that made it. */
public final class StepAccess implements AutoCloseable {
    private final SurrogateTrainer trainer;
    private final boolean[] fresh;
    private final double rate;
    private long number;

    /** Makes the model of a study. */
    public StepAccess(StudySpec study) {
        TrainingSpec training = study.training();
        Engine.getEngine("PyTorch");
        JniUtils.setNumThreads(Math.max(1, training.torchThreads()));
        this.fresh = new boolean[training.batch()];
        Arrays.fill(fresh, true);
        this.rate = training.optimiser().learningRate();
        this.trainer =
                new SurrogateTrainer(
                        study,
                        Normalizer.ofRanges(study.sample()),
                        RandomSource.XO_SHI_RO_256_PP.create(study.seed()),
                        RandomSource.XO_SHI_RO_256_PP.create(study.seed() + 1));
    }

    /** Trains on the rows in these slots, which make one whole batch. */
    public void step(SlotStore store, int[] slots) {
        trainer.step(store, new Drawn(slots, fresh, slots.length, 1), rate, number++);
    }

    @Override
    public void close() {
        trainer.close();
    }
}
