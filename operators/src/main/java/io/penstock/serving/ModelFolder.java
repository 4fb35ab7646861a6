package io.penstock.serving;

import io.penstock.schemas.ModelUpdate;
import io.penstock.surrogate.Predictor;
import io.penstock.surrogate.Safetensors;
import io.penstock.surrogate.TorchScriptExport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.flink.core.fs.FileSystem;

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
        MessageDigest sha256 = Safetensors.sha256();
        try (InputStream in = new DigestInputStream(open(update), sha256)) {
            Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
        }
        String found = HexFormat.of().formatHex(sha256.digest());
        if (!found.equals(update.getWeightsSha256())) {
            Files.delete(partial);
            throw new IOException(
                    "the weights of version "
                            + update.getVersion()
                            + " have SHA-256 "
                            + found
                            + ", not the "
                            + update.getWeightsSha256()
                            + " that was published");
        }
        Files.move(partial, weights, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(folder.resolve(Predictor.DESCRIPTION), update.getModel());
        TorchScriptExport.write(folder);
    }

    private static InputStream open(ModelUpdate update) throws IOException {
        ByteBuffer inline = update.getWeights();
        if (inline != null) {
            return new ByteArrayInputStream(
                    inline.array(), inline.arrayOffset() + inline.position(), inline.remaining());
        }
        URI uri = URI.create(update.getWeightsUri());
        try {
            return FileSystem.get(uri).open(new org.apache.flink.core.fs.Path(uri));
        } catch (IOException e) {
            throw new IOException(
                    "the weights of version "
                            + update.getVersion()
                            + " cannot be read from "
                            + uri
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
