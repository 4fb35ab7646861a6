package io.penstock.surrogate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** The modules that {@code src/test/torchscript/make_modules.py} made. */
public final class TorchScriptModules {
    /** What "direct" is for: the study of the training tests. */
    static final NetworkShape DIRECT = new NetworkShape(3, 0, 1, List.of(3, 4), 1);

    /** What "ring" is for. */
    static final NetworkShape RING = new NetworkShape(3, 1, 1, List.of(3, 4), 1);

    private TorchScriptModules() {}

    static byte[] archive(String name) {
        try (InputStream in = TorchScriptModules.class.getResourceAsStream(name + ".pt")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static TorchScriptSpec spec(String name) {
        return new TorchScriptSpec(new TorchScriptArchive(archive(name)));
    }
}
