package io.penstock.surrogate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A trained network that the user brought, given back: the module with its weights, which {@code
 * torch.jit.load} reads. Like the module that came in, it is about normalised values; the constants
 * are in the description beside it.
 */
public final class TorchScriptExport {
    /** Name of the module in a model folder. */
    public static final String MODULE = "module.pt";

    private TorchScriptExport() {}

    /**
     * Puts the module beside the weights and the description in a model folder; does nothing when
     * the model is none.
     *
     * @throws IOException when it is not a model folder, or cannot be written to
     */
    public static void write(Path folder) throws IOException {
        String description = Files.readString(folder.resolve(Predictor.DESCRIPTION));
        if (!(ModelDescription.fromJson(description).architecture() instanceof TorchScriptSpec)) {
            return;
        }
        try (Predictor predictor = Predictor.load(folder)) {
            if (predictor.surrogate().block() instanceof TorchScriptBlock block) {
                Files.write(folder.resolve(MODULE), block.module().write());
            }
        }
    }
}
