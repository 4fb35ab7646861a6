package io.penstock.surrogate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.penstock.setting.Check;
import io.penstock.setting.InvalidSettingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A TorchScript module as {@code torch.jit.save} writes it. Nothing is known of it before it is
 * loaded. As a text, such as in {@code model.json}, it is compressed.
 */
public final class TorchScriptArchive implements Serializable {
    private static final long serialVersionUID = 1L;

    /** It travels with the job, to each machine that trains. */
    public static final int MAX_BYTES = 16 << 20;

    private static final String ALLOWED =
            "the archive of a TorchScript module, at most " + MAX_BYTES + " bytes";

    private final byte[] bytes;
    private final String sha256;

    /**
     * @param bytes the archive
     * @throws InvalidSettingException when there are none or too many
     */
    public TorchScriptArchive(byte[] bytes) {
        Check.that(
                bytes.length > 0 && bytes.length <= MAX_BYTES,
                TorchScriptSpec.MODULE,
                bytes.length + " bytes",
                ALLOWED);
        this.bytes = bytes.clone();
        this.sha256 = HexFormat.of().formatHex(Safetensors.sha256().digest(bytes));
    }

    /**
     * The archive of a text.
     *
     * @throws InvalidSettingException when the text is not one of {@link #text}
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static TorchScriptArchive of(String text) {
        try (InputStream compressed = new ByteArrayInputStream(Base64.getDecoder().decode(text));
                InputStream in = new GZIPInputStream(compressed)) {
            return new TorchScriptArchive(in.readNBytes(MAX_BYTES + 1));
        } catch (InvalidSettingException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidSettingException(
                    TorchScriptSpec.MODULE,
                    "a text that is not gzip in Base64 (" + e.getMessage() + ")",
                    ALLOWED);
        }
    }

    /** The archive as a text: gzip in Base64. */
    @JsonValue
    public String text() {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(compressed.toByteArray());
    }

    /** Its bytes. */
    InputStream open() {
        return new ByteArrayInputStream(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TorchScriptArchive that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return sha256.hashCode();
    }

    /** What it is known by: the beginning of its SHA-256. */
    @Override
    public String toString() {
        return "sha256 " + sha256.substring(0, 16);
    }
}
