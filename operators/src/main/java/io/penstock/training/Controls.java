package io.penstock.training;

import io.penstock.schemas.ControlKind;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a shard does about controls: pause, go on, another learning rate.
 *
 * <p>A control comes at no moment in particular, and yet a restored shard has to take it at the
 * very batch at which the former attempt did. So the shard that reads one says in the same log
 * after which of its batches it will take it, and is held until it reads that back; then the
 * control takes effect right there. Of several such records of a control and a shard the first in
 * the log counts. A restored shard first reads the log from where its state was to the end, and
 * thus knows all that was taken before it trains.
 *
 * <p>A shard that is held trains no step, takes no slice of a validation and no part in a round;
 * where it goes on is where it stopped. Controls of several at once take effect in the order of the
 * log.
 */
final class Controls {
    private final String run;
    private final int shard;
    private final ControlSink sink;

    private final Map<String, Control> pending = new LinkedHashMap<>();
    private final Deque<Due> taken = new ArrayDeque<>();
    private String formerRun = "";
    private long first;
    private long position;
    private boolean paused;
    private double factor = 1;
    private double wanted = Double.NaN;

    // Not part of the state.
    private final Set<String> announced = new HashSet<>();
    private final Map<String, String> refused = new LinkedHashMap<>();
    private boolean lifted;

    /** A control that takes effect after some batch. */
    private record Due(ControlKind kind, double learningRate, long batch) {}

    /**
     * @param run submission of the training job
     */
    Controls(String run, int shard, ControlSink sink) {
        this.run = run;
        this.shard = shard;
        this.sink = sink;
    }

    /**
     * Says where the log begins for this submission: what lies before does not count. A state of
     * another submission tells nothing about where to read.
     */
    void begin(long offset) {
        first = offset;
        position = formerRun.equals(run) ? Math.max(position, offset) : offset;
    }

    /** Offset of the log that is to be read next. */
    long position() {
        return position;
    }

    /** Takes the next record of the log; one that was read before does nothing. */
    void take(Control control) {
        if (control.offset() < position) {
            return;
        }
        position = control.offset() + 1;
        switch (control.kind()) {
            case PAUSE, RESUME -> pending.put(control.id(), control);
            case SET_LEARNING_RATE -> takeRate(control);
            case TAKEN -> takeTaken(control);
            case SAVEPOINT, STOP, DONE, FAILED -> {} // Not for shards.
        }
    }

    private void takeRate(Control control) {
        double rate = control.learningRate();
        if (rate > 0 && Double.isFinite(rate)) {
            pending.put(control.id(), control);
        } else {
            refused.put(control.id(), "learningRate: " + rate + " is not finite and above 0");
        }
    }

    private void takeTaken(Control control) {
        Control asked = control.shard() == shard ? pending.remove(control.id()) : null;
        if (asked != null) {
            announced.remove(asked.id());
            taken.add(new Due(asked.kind(), asked.learningRate(), control.batch()));
        }
    }

    /** Answers what was read; shard 0 answers for all what none can take. */
    void answer(long batches) {
        // Never before what it has taken already, which comes first in the log.
        long batch = taken.isEmpty() ? batches : Math.max(batches, taken.getLast().batch());
        for (String id : pending.keySet()) {
            if (announced.add(id)) {
                sink.taken(id, batch);
            }
        }
        if (shard == 0) {
            refused.forEach(sink::refused);
        }
        refused.clear();
    }

    /**
     * Whether the shard has to stay where it is. To be asked where a control can be read, which is
     * not in the middle of what a sample brings with it.
     *
     * @param batches training steps it has done
     */
    boolean isHeld(long batches) {
        reached(batches);
        return (paused || !pending.isEmpty()) && !lifted;
    }

    private void reached(long batches) {
        while (!taken.isEmpty() && taken.peek().batch() <= batches) {
            apply(taken.remove());
        }
    }

    private void apply(Due due) {
        if (due.kind() == ControlKind.SET_LEARNING_RATE) {
            wanted = due.learningRate();
        } else {
            paused = due.kind() == ControlKind.PAUSE;
        }
    }

    /** No control can come any more, so none may hold the shard. */
    void lift() {
        lifted = true;
    }

    /** Whether it is held because somebody paused it; to be asked where {@link #isHeld} is. */
    boolean isPaused(long batches) {
        reached(batches);
        return paused && !lifted;
    }

    /** Learning rate of the next step, of that which the schedule says; to be asked likewise. */
    double rate(double scheduled, long batches) {
        reached(batches);
        return Double.isNaN(wanted) ? factor * scheduled : wanted;
    }

    /** The same when the step is done: the schedule goes on from it in proportion. */
    double takeRate(double scheduled) {
        if (Double.isNaN(wanted)) {
            return factor * scheduled;
        }
        double rate = wanted;
        factor = rate / scheduled;
        wanted = Double.NaN;
        return rate;
    }

    /** Whether nothing is to be remembered. */
    boolean isUntouched() {
        return position == first
                && !paused
                && factor == 1
                && Double.isNaN(wanted)
                && pending.isEmpty()
                && taken.isEmpty();
    }

    /** What was taken at batches of a former shard takes effect at once. */
    void inherited() {
        List<Due> former = new ArrayList<>(taken);
        taken.clear();
        former.forEach(due -> taken.add(new Due(due.kind(), due.learningRate(), 0)));
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeUTF(run);
        out.writeLong(position);
        out.writeBoolean(paused);
        out.writeDouble(factor);
        out.writeDouble(wanted);
        out.writeInt(pending.size());
        for (Control control : pending.values()) {
            out.writeUTF(control.id());
            out.writeUTF(control.kind().name());
            out.writeDouble(control.learningRate());
            out.writeLong(control.offset());
        }
        out.writeInt(taken.size());
        for (Due due : taken) {
            out.writeUTF(due.kind().name());
            out.writeDouble(due.learningRate());
            out.writeLong(due.batch());
        }
    }

    void readFrom(DataInput in) throws IOException {
        formerRun = in.readUTF();
        position = in.readLong();
        paused = in.readBoolean();
        factor = in.readDouble();
        wanted = in.readDouble();
        for (int left = in.readInt(); left > 0; left--) {
            String id = in.readUTF();
            ControlKind kind = ControlKind.valueOf(in.readUTF());
            pending.put(id, new Control(id, kind, in.readDouble(), -1, -1, in.readLong()));
        }
        for (int left = in.readInt(); left > 0; left--) {
            ControlKind kind = ControlKind.valueOf(in.readUTF());
            taken.add(new Due(kind, in.readDouble(), in.readLong()));
        }
    }
}
