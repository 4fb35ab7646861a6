package io.penstock.dashboard.study;

import io.penstock.dashboard.study.StateView.ServingView;
import io.penstock.schemas.ServingEvent;
import java.util.ArrayDeque;
import java.util.List;

/** What was asked and said of the served model of a study. */
final class Serving {
    private static final int KEPT = 100;

    private final ArrayDeque<ServingView> events = new ArrayDeque<>();

    void add(ServingEvent event) {
        events.addFirst(
                new ServingView(
                        event.getKind().name(),
                        event.getVersion(),
                        event.getSubtask(),
                        event.getReason(),
                        event.getSwapMillis(),
                        event.getBy(),
                        event.getTimestampMillis()));
        if (events.size() > KEPT) {
            events.removeLast();
        }
    }

    /** Newest first. */
    List<ServingView> view() {
        return List.copyOf(events);
    }
}
