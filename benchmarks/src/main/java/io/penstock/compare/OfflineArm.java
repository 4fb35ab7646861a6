package io.penstock.compare;

import io.penstock.bench.fixture.PageCache;
import io.penstock.bench.fixture.PrefetchingLoader;
import io.penstock.bench.fixture.SampleFiles;
import io.penstock.bench.fixture.Windows;
import io.penstock.reservoir.SlotStore;
import io.penstock.run.StopSignal;
import io.penstock.schemas.Purpose;
import io.penstock.study.Study;
import io.penstock.surrogate.Predictor;
import io.penstock.training.StepAccess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Trains a study's model on its simulations without a stream: read from files by a loader, or from
 * memory that holds them all; in a random order that differs from epoch to epoch. The same step,
 * the same initial weights and the same schedule as online.
 */
final class OfflineArm {
    private static final int READERS = 2;

    private final Arm arm;
    private final Study study;
    private final HeldOut heldOut;
    private final Path folder;
    private final StopSignal stop;
    private final List<ArmResult.Point> curve = new ArrayList<>();
    private long bytesWritten;
    private long samples;
    private double preparation;

    OfflineArm(Arm arm, Study study, HeldOut heldOut, Path folder, StopSignal stop) {
        this.arm = arm;
        this.study = study;
        this.heldOut = heldOut;
        this.folder = folder;
        this.stop = stop;
    }

    /** A step's worth of samples. */
    private interface Batches {
        void train(StepAccess step) throws Exception;
    }

    /** Trains, and leaves the model in the folder. */
    double run() throws Exception {
        long began = System.nanoTime();
        Simulations simulations = new Simulations(study, Purpose.TRAINING, stop);
        try (StepAccess step = new StepAccess(study.shardSpec())) {
            return arm.source() == Arm.Source.MEMORY
                    ? fromMemory(simulations, step, began)
                    : fromFiles(simulations, step, began);
        }
    }

    private double fromMemory(Simulations simulations, StepAccess step, long began)
            throws Exception {
        try (SlotStore store =
                SlotStore.allocate(simulations.rows(), study.sampleSpec().rowBytes())) {
            simulations.run((simulation, t, row) -> store.put(simulation * study.steps() + t, row));
            Windows windows =
                    new Windows(
                            study.surrogate().form(),
                            simulations.count(),
                            study.steps(),
                            study.seed());
            samples = windows.samples();
            preparation = seconds(began);
            return train(
                    step,
                    trained -> {
                        Windows.Rows rows = windows.next(study.training().batch());
                        trained.step(store, rows.rows(), rows.gap());
                    });
        }
    }

    private double fromFiles(Simulations simulations, StepAccess step, long began)
            throws Exception {
        SampleFiles files = write(simulations);
        preparation = seconds(began);
        try (PrefetchingLoader loader =
                new PrefetchingLoader(
                        files,
                        study.surrogate().form(),
                        study.training().batch(),
                        READERS,
                        study.seed())) {
            samples = loader.samples();
            long epoch = Math.max(1, samples / study.training().batch());
            return train(
                    step,
                    trained -> {
                        if (arm.source() == Arm.Source.COLD_FILES && step.steps() % epoch == 0) {
                            PageCache.drop(files.files());
                        }
                        PrefetchingLoader.Batch batch = loader.take();
                        trained.step(loader.store(), batch.slots(), batch.gap());
                        loader.giveBack(batch);
                    });
        } finally {
            for (Path file : files.files()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private SampleFiles write(Simulations simulations) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        List<Path> files = new ArrayList<>();
        for (int simulation = 0; simulation < simulations.count(); simulation++) {
            files.add(data.resolve("simulation-" + simulation));
            Files.deleteIfExists(files.get(simulation));
        }
        OutputStream[] open = {OutputStream.nullOutputStream()};
        simulations.run(
                (simulation, step, row) -> {
                    if (step == 0) {
                        open[0].close();
                        open[0] = Files.newOutputStream(files.get(simulation));
                    }
                    bytesWritten += row.remaining();
                    WritableByteChannel channel = Channels.newChannel(open[0]);
                    while (row.hasRemaining()) {
                        channel.write(row);
                    }
                });
        open[0].close();
        new ProcessBuilder("sync").start().waitFor();
        return new SampleFiles(files, study.sampleSpec().rowBytes(), study.steps());
    }

    private double train(StepAccess step, Batches batches) throws Exception {
        int every = study.validation().everyBatches();
        double validating = 0;
        long began = System.nanoTime();
        while (step.steps() < arm.batches()) {
            Interrupted.check(stop);
            batches.train(step);
            if (step.steps() % every == 0) {
                long paused = System.nanoTime();
                curve.add(new ArmResult.Point(step.steps(), error(step)));
                validating += seconds(paused);
            }
        }
        double seconds = seconds(began) - validating;
        step.save(folder.resolve("model"));
        return seconds;
    }

    private double error(StepAccess step) throws IOException {
        Path model = folder.resolve("model");
        step.save(model);
        try (Predictor predictor = Predictor.load(model)) {
            return heldOut.error(predictor);
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) * 1e-9;
    }

    long bytesWritten() {
        return bytesWritten;
    }

    /** Distinct samples there were. */
    long samples() {
        return samples;
    }

    double preparation() {
        return preparation;
    }

    List<ArmResult.Point> curve() {
        return List.copyOf(curve);
    }
}
