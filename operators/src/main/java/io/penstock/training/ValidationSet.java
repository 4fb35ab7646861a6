package io.penstock.training;

import io.penstock.reservoir.SlotStore;
import io.penstock.sample.Sample;
import io.penstock.sample.SampleForm;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A shard's part of the held-out samples, off-heap, and the validation under way: it is taken in
 * slices, between which samples are ingested while training waits, so that all slices see the same
 * weights.
 */
final class ValidationSet implements AutoCloseable {
    private final int sliceSize;
    private final int cells;
    private final SlotStore store;
    private final int[] partition;
    private final long[] offset;
    private final boolean[] readable;
    private final int[] slots;
    private final boolean[] fresh;
    private final @Nullable ValidationWindows windows;
    private int size;
    private long surplus;
    private int next;
    private int limit;
    private long beganAt;
    private ValidationResult last = ValidationResult.NONE;

    ValidationSet(StudySpec study) {
        int capacity = Math.multiplyExact(study.validation().simulations(), study.stepsPerShard());
        this.sliceSize = study.validation().slice();
        this.cells = study.network().outputs();
        this.store = SlotStore.allocate(capacity, study.sample().rowBytes());
        this.partition = new int[capacity];
        this.offset = new long[capacity];
        this.readable = new boolean[capacity];
        SampleForm form = study.surrogate().form();
        this.slots = new int[sliceSize * form.windowSteps()];
        this.fresh = new boolean[sliceSize];
        this.windows = form.isDirect() ? null : new ValidationWindows(form, capacity);
    }

    /** Keeps a sample; one beyond the study's number of validation samples is only counted. */
    void add(Sample sample) {
        if (size == store.slots()) {
            surplus++;
            return;
        }
        partition[size] = sample.partition();
        offset[size] = sample.offset();
        if (windows != null) {
            windows.add(size, sample.key());
        }
        put(size++, sample.row());
    }

    private void put(int slot, byte[] row) {
        store.put(slot, row);
        readable[slot] = true;
    }

    int size() {
        return size;
    }

    /** Samples beyond the study's number. */
    long surplus() {
        return surplus;
    }

    ValidationResult last() {
        return last;
    }

    boolean isUnderWay() {
        return next < limit;
    }

    /** Begins a validation over the samples received so far. */
    void begin(SurrogateTrainer trainer, long batches) {
        trainer.resetErrorSums();
        next = 0;
        limit = size;
        beganAt = batches;
    }

    /**
     * Evaluates the next slice.
     *
     * @return after the last one what all of them add up to, else null
     */
    @Nullable ValidationShare slice(SurrogateTrainer trainer) {
        int n = 0;
        while (n < sliceSize && next < limit) {
            n += window(next, n) ? 1 : 0;
            next++;
        }
        if (n > 0) {
            trainer.evaluate(store, new Drawn(slots, fresh, n, 1));
        }
        return next < limit ? null : new ValidationShare(trainer.errorSums(), count() * cells);
    }

    /**
     * Puts the slots of the {@code n}-th sample of a slice into the array: the slot itself, or
     * those of the window that begins there, when it is there whole.
     */
    private boolean window(int slot, int n) {
        if (windows != null) {
            return windows.find(slot, limit, readable, slots, n);
        }
        slots[n] = slot;
        return readable[slot];
    }

    /** Takes the result of the validation that ended. */
    void conclude(ValidationResult result) {
        last = result;
    }

    /** Training steps done when the last validation began. */
    long beganAt() {
        return beganAt;
    }

    private long count() {
        long count = 0;
        for (int i = 0; i < limit; i++) {
            count += window(i, 0) ? 1 : 0;
        }
        return count;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(size);
        for (int i = 0; i < size; i++) {
            out.writeInt(partition[i]);
            out.writeLong(offset[i]);
            out.writeBoolean(readable[i]);
        }
        if (windows != null) {
            windows.writeTo(out, size);
        }
        out.writeLong(surplus);
        out.writeInt(next);
        out.writeInt(limit);
        out.writeLong(beganAt);
        last.writeTo(out);
    }

    void readFrom(DataInput in) throws IOException {
        size = in.readInt();
        if (size < 0 || size > store.slots()) {
            throw new IOException(
                    "the state holds "
                            + size
                            + " validation samples but the study has room for "
                            + store.slots());
        }
        for (int i = 0; i < size; i++) {
            partition[i] = in.readInt();
            offset[i] = in.readLong();
            readable[i] = in.readBoolean();
        }
        if (windows != null) {
            windows.readFrom(in, size);
        }
        surplus = in.readLong();
        next = in.readInt();
        limit = in.readInt();
        beganAt = in.readLong();
        last = ValidationResult.readFrom(in);
    }

    /** Calls {@code action} with every slot that holds a sample. */
    void forEachReadable(IntConsumer action) {
        for (int i = 0; i < size; i++) {
            if (readable[i]) {
                action.accept(i);
            }
        }
    }

    int partition(int slot) {
        return partition[slot];
    }

    long offset(int slot) {
        return offset[slot];
    }

    SlotStore store() {
        return store;
    }

    /** Forgets a sample that could not be read again, and a validation that it was part of. */
    void remove(int slot) {
        readable[slot] = false;
        if (isUnderWay()) {
            next = 0;
            limit = 0;
        }
    }

    @Override
    public void close() {
        Arrays.fill(readable, false);
        store.close();
    }
}
