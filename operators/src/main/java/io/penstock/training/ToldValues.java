package io.penstock.training;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values of chunks that came along with what is said of them, by their offset, until they are used.
 * Beyond a limit the oldest are dropped; they are in the log still.
 */
final class ToldValues {
    private final Map<Long, byte[]> values = new LinkedHashMap<>();
    private long bytes;

    void add(long offset, byte[] told) {
        remove(offset);
        values.put(offset, told);
        bytes += told.length;
        Iterator<byte[]> oldest = values.values().iterator();
        while (bytes > ContributionChunk.MOST_TOLD_BYTES) {
            bytes -= oldest.next().length;
            oldest.remove();
        }
    }

    byte @Nullable [] remove(long offset) {
        byte[] told = values.remove(offset);
        bytes -= told == null ? 0 : told.length;
        return told;
    }

    void clear() {
        values.clear();
        bytes = 0;
    }
}
