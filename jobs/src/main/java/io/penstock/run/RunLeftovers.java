package io.penstock.run;

import io.penstock.surrogate.Predictor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.util.FileUtils;

/** What a run leaves in its folder that is of no more use once its broker is gone. */
final class RunLeftovers {
    private RunLeftovers() {}

    /**
     * Removes the checkpoints, and the model versions when the newest has got its own place. To be
     * left alone while the records that point to them can be read.
     */
    static void tidy(Path folder) throws IOException {
        delete(folder.resolve("checkpoints"));
        delete(folder.resolve("savepoints"));
        if (Files.exists(folder.resolve("model").resolve(Predictor.WEIGHTS))) {
            delete(folder.resolve("models"));
        }
    }

    private static void delete(Path folder) throws IOException {
        FileUtils.deleteDirectory(folder.toFile());
    }
}
