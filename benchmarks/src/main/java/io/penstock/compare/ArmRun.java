package io.penstock.compare;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.run.StopSignal;
import io.penstock.study.Study;
import io.penstock.study.StudyFile;
import io.penstock.surrogate.Predictor;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs an arm for a seed, or finds what an earlier run of it left. */
final class ArmRun {
    private final Path results;
    private final PrintWriter out;
    private final StopSignal stop;

    /**
     * @param results folder of the comparison
     */
    ArmRun(Path results, PrintWriter out, StopSignal stop) {
        this.results = results;
        this.out = out;
        this.stop = stop;
    }

    /** The result of an arm; its folder keeps it, the study file and the model. */
    ArmResult run(Arm arm, long seed) throws Exception {
        Path folder = Files.createDirectories(results.resolve(arm.folder(seed)));
        String text = arm.study().replace("${seed}", Long.toString(seed));
        ArmResult earlier = ArmResult.read(folder, text);
        if (earlier != null) {
            return earlier;
        }
        Interrupted.check(stop);
        Path file = Files.writeString(folder.resolve("study.yaml"), text);
        Study study = StudyFile.read(file).study();
        HeldOut heldOut = HeldOut.of(study, stop);
        ArmResult result =
                arm.source() == Arm.Source.ONLINE
                        ? online(study, text, heldOut, folder)
                        : offline(arm, study, text, heldOut, folder);
        result.write(folder);
        return result;
    }

    private ArmResult online(Study study, String text, HeldOut heldOut, Path folder)
            throws Exception {
        Path run = new OnlineArm(study, text, folder, out, stop).run();
        JsonNode report = OnlineArm.report(run);
        JsonNode samples = report.get("samples");
        long validation = samples.get("validation").asLong();
        long unique = samples.get("unique").asLong() - validation;
        int windows = study.steps() - study.surrogate().form().span(1) + 1;
        try (Predictor model = Predictor.load(run.resolve("model"))) {
            return result(
                    study,
                    text,
                    heldOut,
                    model,
                    new Trained(
                            report.get("batches").asLong(),
                            unique * windows / study.steps(),
                            (samples.get("produced").asLong() - validation) * study.recordBytes(),
                            0,
                            report.get("durationSeconds").asDouble(),
                            OnlineArm.churn(run, study.training().continual().distillationEvery()),
                            OnlineArm.curve(run)));
        }
    }

    private ArmResult offline(Arm arm, Study study, String text, HeldOut heldOut, Path folder)
            throws Exception {
        OfflineArm training = new OfflineArm(arm, study, heldOut, folder, stop);
        double seconds = training.run();
        try (Predictor model = Predictor.load(folder.resolve("model"))) {
            return result(
                    study,
                    text,
                    heldOut,
                    model,
                    new Trained(
                            arm.batches(),
                            training.samples(),
                            training.bytesWritten(),
                            training.preparation(),
                            seconds,
                            null,
                            training.curve()));
        }
    }

    /** What a training says of itself. */
    private record Trained(
            long batches,
            long samples,
            long bytesWritten,
            double preparation,
            double seconds,
            @Nullable Double churn,
            List<ArmResult.Point> curve) {}

    private static ArmResult result(
            Study study, String text, HeldOut heldOut, Predictor model, Trained trained) {
        boolean isDirect = study.surrogate().form().isDirect();
        return new ArmResult(
                text,
                heldOut.error(model),
                isDirect ? null : (Double) heldOut.rolloutError(model),
                isDirect ? null : (Double) heldOut.noChangeError(model),
                trained.churn,
                trained.batches,
                trained.samples,
                (double) trained.batches * study.training().batch() / trained.samples,
                trained.bytesWritten,
                trained.preparation,
                trained.seconds,
                trained.curve);
    }
}
