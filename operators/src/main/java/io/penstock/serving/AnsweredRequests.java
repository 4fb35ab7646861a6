package io.penstock.serving;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.roaringbitmap.longlong.Roaring64NavigableMap;

/**
 * Requests that were answered before this attempt of the job, though it reads them again. A
 * partition is read in order, so what lies before a request that came by is forgotten.
 *
 * <p>As bytes of a checkpoint, version 1, big-endian: magic {@code PNSQ}, version; number of
 * partitions of the answers, each with the offset of the first answer that is not accounted for
 * here; number of partitions of the requests, each with its answered offsets as a portable Roaring
 * bitmap of 64-bit numbers.
 */
public final class AnsweredRequests {
    static final int VERSION = 1;
    private static final int MAGIC = 0x504e5351;
    private static final int MOST_PARTITIONS = 1 << 20;

    private final Map<Integer, Roaring64NavigableMap> offsets = new TreeMap<>();
    private final Map<Integer, Long> from = new TreeMap<>();

    /**
     * @param from first offset of each partition of the answers that is not accounted for yet
     */
    public AnsweredRequests(Map<Integer, Long> from) {
        this.from.putAll(from);
    }

    /** First offset of each partition of the answers that is not accounted for here. */
    public Map<Integer, Long> from() {
        return Map.copyOf(from);
    }

    /** What lies before these offsets is accounted for from now on. */
    public void accountedUpTo(Map<Integer, Long> ends) {
        from.putAll(ends);
    }

    /** A request has been answered. */
    public void add(int partition, long offset) {
        offsets.computeIfAbsent(partition, p -> new Roaring64NavigableMap()).addLong(offset);
    }

    /** Whether a request has been answered; asked in the order of a partition's offsets. */
    public boolean isAnswered(int partition, long offset) {
        Roaring64NavigableMap answered = offsets.get(partition);
        if (answered == null) {
            return false;
        }
        boolean isAnswered = answered.contains(offset);
        while (!answered.isEmpty() && answered.first() <= offset) {
            answered.removeLong(answered.first());
        }
        if (answered.isEmpty()) {
            offsets.remove(partition);
        }
        return isAnswered;
    }

    /** Whether a request that waited in a state has been answered; others stay known. */
    public boolean wasAnswered(int partition, long offset) {
        Roaring64NavigableMap answered = offsets.get(partition);
        return answered != null && answered.contains(offset);
    }

    /** Whether nothing is known to be answered. */
    public boolean isEmpty() {
        return offsets.isEmpty();
    }

    /** The state as bytes. */
    public byte[] write() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeInt(from.size());
            for (Map.Entry<Integer, Long> entry : from.entrySet()) {
                out.writeInt(entry.getKey());
                out.writeLong(entry.getValue());
            }
            out.writeInt(offsets.size());
            for (Map.Entry<Integer, Roaring64NavigableMap> entry : offsets.entrySet()) {
                out.writeInt(entry.getKey());
                entry.getValue().serializePortable(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * What the states of all subtasks know together, since a request may now come to another one.
     *
     * @throws IOException when a state cannot be read
     */
    public static AnsweredRequests read(Iterable<byte[]> states) throws IOException {
        AnsweredRequests all = new AnsweredRequests(Map.of());
        Map<Integer, List<Long>> from = new TreeMap<>();
        int subtasks = 0;
        for (byte[] state : states) {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(state));
            int magic = in.readInt();
            int version = in.readInt();
            if (magic != MAGIC || version != VERSION) {
                throw new IOException(
                        "state of answered requests begins with %08x and version %d; this release"
                                        .formatted(magic, version)
                                + " reads PNSQ version "
                                + VERSION);
            }
            subtasks++;
            int partitions = count(in);
            for (int i = 0; i < partitions; i++) {
                from.computeIfAbsent(in.readInt(), p -> new ArrayList<>()).add(in.readLong());
            }
            int requests = count(in);
            for (int i = 0; i < requests; i++) {
                int partition = in.readInt();
                Roaring64NavigableMap answered = new Roaring64NavigableMap();
                answered.deserializePortable(in);
                all.offsets
                        .computeIfAbsent(partition, p -> new Roaring64NavigableMap())
                        .or(answered);
            }
        }
        for (Map.Entry<Integer, List<Long>> each : from.entrySet()) {
            // A partition that is new to one of them: what that one answered may lie anywhere in
            // it.
            if (each.getValue().size() == subtasks) {
                all.from.put(each.getKey(), Collections.min(each.getValue()));
            }
        }
        return all;
    }

    private static int count(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MOST_PARTITIONS) {
            throw new IOException("state of answered requests has " + count + " partitions");
        }
        return count;
    }
}
