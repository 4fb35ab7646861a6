package io.penstock.serving;

import io.penstock.schemas.ModelUpdate;
import io.penstock.surrogate.Predictor;
import io.penstock.surrogate.TorchScriptExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Puts a published model version into a folder that {@link Predictor#load} reads. */
public final class ModelFolder {
    private ModelFolder() {}

    /**
     * Writes weights and description, and the trained module of a study that brought one.
     *
     * @throws IOException when the weights cannot be read, or are not the ones that were published
     */
    public static void write(ModelUpdate update, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path weights = folder.resolve(Predictor.WEIGHTS);
        Path partial = folder.resolve(Predictor.WEIGHTS + ".part");
        try {
            PublishedWeights.read(
                    update,
                    () -> {},
                    in -> Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING));
        } catch (IOException e) {
            Files.deleteIfExists(partial);
            throw e;
        }
        Files.move(partial, weights, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(folder.resolve(Predictor.DESCRIPTION), update.getModel());
        TorchScriptExport.write(folder);
    }
}
