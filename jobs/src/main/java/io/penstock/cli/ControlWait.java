package io.penstock.cli;

import io.penstock.schemas.ControlKind;
import io.penstock.schemas.TrainingControl;
import io.penstock.study.Durations;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What has come of a control so far, and whether that is all. */
final class ControlWait {
    private final int shards;
    private final Map<Integer, Long> taken = new TreeMap<>();
    private @Nullable TrainingControl last;
    private boolean hasAgent;

    /**
     * How it ended.
     *
     * @param done whether it did what was asked
     * @param text what to say, in one line
     */
    record Outcome(boolean done, String text) {}

    /**
     * @param shards shards that have to take it; 0 when an agent has to carry it out
     */
    ControlWait(int shards) {
        this.shards = shards;
    }

    /** Takes what is said of the control. */
    void take(TrainingControl said) {
        if (said.getKind() == ControlKind.DONE || said.getKind() == ControlKind.FAILED) {
            last = said;
        } else if (said.getKind() == ControlKind.TAKEN && said.getShard() < 0) {
            hasAgent = true;
        } else if (said.getKind() == ControlKind.TAKEN) {
            taken.putIfAbsent(said.getShard(), said.getBatch());
        }
    }

    /** How it ended; nothing while more is to come. */
    Optional<Outcome> outcome() {
        if (last != null) {
            boolean done = last.getKind() == ControlKind.DONE;
            return Optional.of(
                    new Outcome(
                            done,
                            done
                                    ? "Done. Savepoint: " + last.getMessage()
                                    : "" + last.getMessage()));
        }
        return shards > 0 && missing().isEmpty()
                ? Optional.of(new Outcome(true, "Taken by " + takers() + "."))
                : Optional.empty();
    }

    private String takers() {
        return taken.entrySet().stream()
                .map(e -> "shard " + e.getKey() + " after batch " + e.getValue())
                .collect(Collectors.joining(", "));
    }

    private String missing() {
        return IntStream.range(0, shards)
                .filter(shard -> !taken.containsKey(shard))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", "));
    }

    /** What to say when it takes too long. */
    Outcome late(Duration limit) {
        String within = " within " + Durations.format(limit);
        if (shards > 0) {
            return new Outcome(
                    false,
                    "not taken by shards "
                            + missing()
                            + within
                            + "; does the training run? It is taken when it does");
        }
        return new Outcome(
                false,
                hasAgent
                        ? "not done" + within + "; it may still be"
                        : "no agent took it" + within + "; name the Flink with --flink HOST:PORT");
    }
}
