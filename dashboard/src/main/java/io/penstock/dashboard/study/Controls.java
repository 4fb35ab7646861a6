package io.penstock.dashboard.study;

import io.penstock.dashboard.study.StateView.ControlView;
import io.penstock.dashboard.study.StateView.Taken;
import io.penstock.schemas.ControlKind;
import io.penstock.schemas.TrainingControl;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What was asked of the training of a study, and what came of it. */
final class Controls {
    private static final int KEPT = 100;

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private static final class Entry {
        private @Nullable TrainingControl asked;
        private String state = "SENT";
        private @Nullable String message;
        private final Map<Integer, Long> taken = new TreeMap<>();
    }

    void add(TrainingControl record) {
        Entry entry = entries.computeIfAbsent(record.getControl(), id -> new Entry());
        switch (record.getKind()) {
            case TAKEN -> take(entry, record);
            case DONE, FAILED -> {
                entry.state = record.getKind().name();
                entry.message = record.getMessage();
            }
            default -> entry.asked = record;
        }
        if (entries.size() > KEPT) {
            entries.remove(entries.keySet().iterator().next());
        }
    }

    // No shard: whoever carries it out has begun.
    private static void take(Entry entry, TrainingControl record) {
        if (record.getShard() >= 0) {
            entry.taken.putIfAbsent(record.getShard(), record.getBatch());
        }
        if (entry.state.equals("SENT")) {
            entry.state = ControlKind.TAKEN.name();
        }
    }

    /** Newest first. */
    List<ControlView> view() {
        List<ControlView> views = new ArrayList<>();
        entries.forEach(
                (id, entry) -> {
                    if (entry.asked != null) {
                        views.add(0, view(id, entry, entry.asked));
                    }
                });
        return views;
    }

    private static ControlView view(String id, Entry entry, TrainingControl asked) {
        return new ControlView(
                id,
                asked.getKind().name(),
                asked.getLearningRate(),
                asked.getBy(),
                asked.getTimestampMillis(),
                entry.state,
                entry.message,
                entry.taken.entrySet().stream()
                        .map(taken -> new Taken(taken.getKey(), taken.getValue()))
                        .toList());
    }
}
