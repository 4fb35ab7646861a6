package io.penstock.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an arm came out for a seed.
 *
 * @param study text of the study it was, seed and all
 * @param error mean squared error of normalised fields on the held-out simulations, in the end; of
 *     an auto-regressive model one application's
 * @param rolloutError auto-regressive: that of its own predictions from the first steps to the
 *     last, mean over the steps; null when direct
 * @param noChangeError auto-regressive: that of one that predicts the last step it was given
 * @param churn mean squared change of the predictions since the teacher was copied, in the end;
 *     null when there was no teacher
 * @param batches training steps
 * @param uniqueSamples samples there were to train on: steps, or windows of steps
 * @param drawsPerSample how often each was drawn, in the mean
 * @param bytesWritten bytes of these samples that went to disk: to files, or to the broker's log
 * @param preparation seconds before the first step: simulations run, files written
 * @param seconds seconds of the training, online with its simulations
 * @param curve validation error over the training steps
 */
record ArmResult(
        String study,
        double error,
        @Nullable Double rolloutError,
        @Nullable Double noChangeError,
        @Nullable Double churn,
        long batches,
        long uniqueSamples,
        double drawsPerSample,
        long bytesWritten,
        double preparation,
        double seconds,
        List<Point> curve) {
    private static final String FILE = "result.json";
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * A point of the curve.
     *
     * @param batch training steps done
     * @param error validation error
     */
    record Point(long batch, double error) {}

    ArmResult {
        curve = List.copyOf(curve);
    }

    /** Leaves it in a folder. */
    void write(Path folder) throws IOException {
        Path partial = folder.resolve(FILE + ".part");
        JSON.writeValue(partial.toFile(), this);
        Files.move(
                partial,
                folder.resolve(FILE),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** The result left in a folder by an earlier run of the same study; null when there is none. */
    static @Nullable ArmResult read(Path folder, String study) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return null;
        }
        ArmResult result = JSON.readValue(file.toFile(), ArmResult.class);
        return result.study().equals(study) ? result : null;
    }
}
