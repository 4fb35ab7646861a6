package io.penstock.training;

import io.penstock.schemas.ControlKind;
import java.util.ArrayList;
import java.util.List;

/** The log of controls of a few shards, and how far each has read. */
final class ControlsFixture {
    final List<Control> log = new ArrayList<>();
    final List<String> refused = new ArrayList<>();

    /** Where a shard's answers go: into the log. */
    ControlSink sink(int shard) {
        return new ControlSink() {
            @Override
            public void taken(String control, long batch) {
                say(control, ControlKind.TAKEN, Double.NaN, shard, batch);
            }

            @Override
            public void refused(String control, String why) {
                refused.add(control + ": " + why);
            }
        };
    }

    private void say(String id, ControlKind kind, double rate, int shard, long batch) {
        log.add(new Control(id, kind, rate, shard, batch, log.size()));
    }

    /** Somebody asks for something. */
    void ask(String id, ControlKind kind) {
        say(id, kind, Double.NaN, -1, -1);
    }

    /** Somebody asks for a learning rate. */
    void ask(String id, double rate) {
        say(id, ControlKind.SET_LEARNING_RATE, rate, -1, -1);
    }

    /** Tells a shard the next record of the log; false when there is none. */
    boolean tellNext(TrainingShard shard) {
        long next = shard.controlsPosition();
        if (next == log.size() || shard.isFinished()) {
            return false;
        }
        shard.take(log.get((int) next));
        shard.answerControls();
        return true;
    }

    /** Tells a shard all there is, with its own answers. */
    void tell(TrainingShard shard) {
        while (tellNext(shard)) {}
    }

    /** What a restored shard does before it trains. */
    void replay(TrainingShard shard) {
        shard.beginControls(0);
        log.subList((int) shard.controlsPosition(), log.size()).forEach(shard::take);
        shard.answerControls();
    }

    /** After how many batches a shard took a control: the first that it said. */
    long batch(String id, int shard) {
        return log.stream()
                .filter(c -> c.kind() == ControlKind.TAKEN)
                .filter(c -> c.id().equals(id) && c.shard() == shard)
                .findFirst()
                .orElseThrow()
                .batch();
    }
}
