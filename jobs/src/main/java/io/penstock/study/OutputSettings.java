package io.penstock.study;

import io.penstock.setting.Check;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where results go.
 *
 * @param folder folder that each run makes its own folder in
 * @param models URI or path for model versions too large for a record; null for a folder inside the
 *     run's
 * @param keepModels newest versions kept there
 */
public record OutputSettings(Path folder, @Nullable String models, int keepModels) {
    public OutputSettings {
        Locations.check("models", models);
        Check.within(1, 1000, "keep-models", keepModels);
    }
}
