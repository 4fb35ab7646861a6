package io.penstock.flink;

import io.penstock.setting.Check;
import java.io.Serializable;

/**
 * Where model versions too large for a record are written.
 *
 * @param uri folder, of any file system Flink knows
 * @param keep newest versions that are kept
 */
public record ModelOutput(String uri, int keep) implements Serializable {
    /** Weights with fewer bytes than this travel in the record. */
    public static final long INLINE_BYTES = 1 << 20;

    public ModelOutput {
        Check.notBlank("models", uri);
        Check.within(1, 1000, "keep-models", keep);
    }
}
