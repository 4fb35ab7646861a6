package io.penstock.training;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.penstock.reservoir.SlotStore;
import io.penstock.sample.Normalizer;
import io.penstock.surrogate.ModelDescription;
import io.penstock.surrogate.Predictor;
import io.penstock.surrogate.Safetensors;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.rng.simple.RandomSource;

/** Our training step for a loop that brings its own batches. Used by the thread that made it. */
public final class StepAccess implements AutoCloseable {
    private final StudySpec study;
    private final Normalizer normalizer;
    private final SurrogateTrainer trainer;
    private final boolean[] fresh;
    private long number;
    private long samples;

    /** Makes the model of a study, with the initial weights that its first shard has. */
    public StepAccess(StudySpec study) {
        this.study = study;
        TrainingSpec training = study.training();
        Engine.getEngine("PyTorch");
        JniUtils.setNumThreads(Math.max(1, training.torchThreads()));
        this.fresh = new boolean[training.batch()];
        Arrays.fill(fresh, true);
        this.normalizer = Normalizer.ofRanges(study.sample());
        this.trainer =
                new SurrogateTrainer(
                        study,
                        normalizer,
                        TrainingShard.trainingRandom(study),
                        RandomSource.XO_SHI_RO_256_PP.create(study.seed() + 1));
    }

    /** Trains on the rows in these slots, which make one whole batch. */
    public void step(SlotStore store, int[] slots) {
        step(store, slots, 1);
    }

    /** Trains on the windows of a gap in these slots, which make one whole batch. */
    public void step(SlotStore store, int[] slots, int gap) {
        OptimiserSpec optimiser = study.training().optimiser();
        double rate = optimiser.schedule().rate(optimiser.learningRate(), samples);
        trainer.step(store, new Drawn(slots, fresh, fresh.length, gap), rate, number++);
        samples += fresh.length;
    }

    /** Training steps done. */
    public long steps() {
        return number;
    }

    /** Leaves the model in a folder that {@link Predictor#load} reads. */
    public void save(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve(Predictor.DESCRIPTION),
                ModelDescription.of(study.sample(), study.surrogate(), normalizer).toJson());
        try (OutputStream out =
                new BufferedOutputStream(
                        Files.newOutputStream(folder.resolve(Predictor.WEIGHTS)))) {
            Safetensors.write(trainer.surrogate().weights(), out);
        }
    }

    @Override
    public void close() {
        trainer.close();
    }
}
