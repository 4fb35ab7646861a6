package io.penstock.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.util.FileUtils;

/** What a run leaves in its folder that is of no more use. */
final class RunLeftovers {
    private RunLeftovers() {}

    /**
     * Removes the model versions, the newest of which has its own place; and the checkpoints when
     * the broker they refer to is gone.
     */
    static void tidy(Path folder, boolean brokerGone) throws IOException {
        List<String> useless =
                brokerGone ? List.of("models", "checkpoints", "savepoints") : List.of("models");
        for (String name : useless) {
            FileUtils.deleteDirectory(folder.resolve(name).toFile());
        }
    }
}
