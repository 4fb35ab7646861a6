package io.penstock.training;

import io.penstock.sample.Sample;
import io.penstock.sample.SampleLog;
import io.penstock.schemas.Purpose;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Samples received that have to wait their turn, in order. The first of them are held with their
 * rows; beyond a limit they are held by reference, about 40 bytes each, and read again from the log
 * when their turn comes. So a shard can be made to wait without holding up its input.
 */
final class Backlog {
    private static final long MOST_BYTES = 32L << 20;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final int rowBytes;
    private final int mostRows;
    private int rows;

    /**
     * A sample that waits.
     *
     * @param known whether it had been taken in before, in a shard of a former number of them
     */
    record Entry(
            long simulation,
            int step,
            Purpose purpose,
            int partition,
            long offset,
            boolean known,
            byte @Nullable [] row) {
        private Entry with(byte @Nullable [] other) {
            return new Entry(simulation, step, purpose, partition, offset, known, other);
        }

        Sample sample() {
            if (row == null) {
                throw new IllegalStateException("the row has not been read again");
            }
            return new Sample(simulation, step, purpose, partition, offset, row);
        }
    }

    Backlog(int rowBytes) {
        this.rowBytes = rowBytes;
        this.mostRows = (int) Math.max(8, MOST_BYTES / rowBytes);
    }

    int size() {
        return entries.size();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Appends a sample. */
    void add(Sample sample) {
        byte[] row = rows < mostRows ? sample.row().clone() : null;
        rows += row == null ? 0 : 1;
        entries.add(
                new Entry(
                        sample.simulation(),
                        sample.step(),
                        sample.purpose(),
                        sample.partition(),
                        sample.offset(),
                        false,
                        row));
    }

    /** Appends a sample by reference. */
    void add(Entry reference) {
        entries.add(reference.with(null));
    }

    /** The entries, the oldest first. */
    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /**
     * The oldest sample, with its row; null when there is none. Those that the log does not hold
     * any more are left out and counted.
     */
    @Nullable Entry peek(SampleLog.Factory log, ShardCounters counters) {
        while (!entries.isEmpty()) {
            Entry first = entries.peek();
            if (first.row() != null) {
                return first;
            }
            counters.lostReferences += refill(log);
        }
        return null;
    }

    /** Removes the oldest sample. */
    void remove() {
        if (entries.remove().row() != null) {
            rows--;
        }
    }

    /** Forgets all. */
    void clear() {
        entries.clear();
        rows = 0;
    }

    /** Reads the first rows again; how many were lost. */
    private int refill(SampleLog.Factory factory) {
        List<Entry> first = new ArrayList<>();
        for (Iterator<Entry> i = entries.iterator(); i.hasNext() && first.size() < mostRows; ) {
            Entry entry = i.next();
            if (entry.row() != null) {
                break;
            }
            first.add(entry);
            i.remove();
        }
        int[] partitions = first.stream().mapToInt(Entry::partition).toArray();
        long[] offsets = first.stream().mapToLong(Entry::offset).toArray();
        byte[] @Nullable [] found = new byte[first.size()][];
        try (SampleLog log = factory.open()) {
            log.read(
                    partitions,
                    offsets,
                    (i, sample) -> {
                        Entry entry = first.get(i);
                        if (sample.simulation() == entry.simulation()
                                && sample.step() == entry.step()) {
                            found[i] = sample.row().clone();
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int lost = 0;
        for (int i = first.size() - 1; i >= 0; i--) {
            if (found[i] == null) {
                lost++;
            } else {
                entries.addFirst(first.get(i).with(found[i]));
                rows++;
            }
        }
        return lost;
    }

    /**
     * Writes the samples.
     *
     * @param withRows whether with the rows that are held, or all by reference
     */
    void writeTo(DataOutput out, boolean withRows) throws IOException {
        out.writeInt(entries.size());
        for (Entry entry : entries) {
            out.writeLong(entry.simulation());
            out.writeInt(entry.step());
            out.writeBoolean(entry.purpose() == Purpose.VALIDATION);
            out.writeInt(entry.partition());
            out.writeLong(entry.offset());
            out.writeBoolean(entry.known());
            byte[] row = withRows ? entry.row() : null;
            out.writeBoolean(row != null);
            if (row != null) {
                out.write(row);
            }
        }
    }

    void readFrom(DataInput in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            Entry entry =
                    new Entry(
                            in.readLong(),
                            in.readInt(),
                            in.readBoolean() ? Purpose.VALIDATION : Purpose.TRAINING,
                            in.readInt(),
                            in.readLong(),
                            in.readBoolean(),
                            null);
            if (in.readBoolean()) {
                byte[] row = new byte[rowBytes];
                in.readFully(row);
                entry = entry.with(row);
                rows++;
            }
            entries.add(entry);
        }
    }
}
