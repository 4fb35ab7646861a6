package io.penstock.training;

import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleKey;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Which steps lie in the slots of a validation set, to find the windows that begin at one. */
final class ValidationWindows {
    private final SampleForm form;
    private final SampleKey[] keys;
    private final Map<SampleKey, Integer> slotOf = new HashMap<>();

    ValidationWindows(SampleForm form, int capacity) {
        this.form = form;
        this.keys = new SampleKey[capacity];
    }

    void add(int slot, SampleKey key) {
        keys[slot] = key;
        slotOf.put(key, slot);
    }

    /**
     * Finds the window of gap 1 that begins at a slot, among the slots below a limit.
     *
     * @param readable which slots hold a row
     * @param slots receives its slots as those of the {@code n}-th window
     * @return whether all its steps are there
     */
    boolean find(int start, int limit, boolean[] readable, int[] slots, int n) {
        SampleKey key = keys[start];
        for (int i = 0; i < form.windowSteps(); i++) {
            Integer slot =
                    slotOf.get(new SampleKey(key.simulation(), key.step() + form.offset(i, 1)));
            if (slot == null || slot >= limit || !readable[slot]) {
                return false;
            }
            slots[n * form.windowSteps() + i] = slot;
        }
        return true;
    }

    void writeTo(DataOutput out, int size) throws IOException {
        for (int slot = 0; slot < size; slot++) {
            out.writeLong(keys[slot].simulation());
            out.writeInt(keys[slot].step());
        }
    }

    void readFrom(DataInput in, int size) throws IOException {
        slotOf.clear();
        Arrays.fill(keys, null);
        for (int slot = 0; slot < size; slot++) {
            add(slot, new SampleKey(in.readLong(), in.readInt()));
        }
    }
}
