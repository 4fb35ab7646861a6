package io.penstock.dashboard.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.dashboard.fields.FieldPanels;
import io.penstock.dashboard.fields.Panels;
import io.penstock.dashboard.study.LiveStudy;
import io.penstock.dashboard.study.LiveStudy.Increment;
import io.penstock.dashboard.study.StateView;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one page is pushed of one study, as server-sent events: first of all where everything
 * stands, then what is new. A page needs no answer of another request to put it together with.
 * Called twice a second by the thread of its connection.
 */
final class EventStream {
    private static final long ALIVE_MILLIS = 10_000;
    private static final long ENSEMBLE_MILLIS = 1000;

    private final LiveStudy study;
    private final FieldPanels fields;
    private final Clock clock;
    private final OutputStream out;

    private @Nullable Increment told;
    private long changes = -1;
    private StateView.@Nullable Stale stale;
    private long ensembleChanges = -1;
    private long ensembleAt;
    private Panels tried = Panels.NONE;
    private long sentAt;

    EventStream(LiveStudy study, FieldPanels fields, Clock clock, OutputStream out) {
        this.study = study;
        this.fields = fields;
        this.clock = clock;
        this.out = out;
    }

    /**
     * Pushes what is new.
     *
     * @throws IOException when the page has gone
     */
    void push() throws IOException {
        fields.watched(study);
        pushState();
        pushSeries();
        pushEnsemble();
        pushFields();
        if (clock.millis() - sentAt >= ALIVE_MILLIS) {
            write(":\n\n".getBytes(UTF_8));
        }
        out.flush();
    }

    private void pushState() throws IOException {
        long now = study.changes();
        StateView state = study.state(clock.millis());
        if (now != changes || !state.stale().equals(stale)) {
            changes = now;
            stale = state.stale();
            send("state", state);
        }
    }

    private void pushSeries() throws IOException {
        Increment fresh = study.since(told, StudyRoutes.POINTS);
        if (fresh.isWhole() || !fresh.shards().isEmpty()) {
            send("series", Map.of("whole", fresh.isWhole(), "shards", fresh.shards()));
        }
        told = fresh;
    }

    private void pushEnsemble() throws IOException {
        long now = study.ensembleChanges();
        if (now != ensembleChanges && clock.millis() - ensembleAt >= ENSEMBLE_MILLIS) {
            send("ensemble", Map.of("changes", now));
            ensembleChanges = now;
            ensembleAt = clock.millis();
        }
    }

    private void pushFields() throws IOException {
        Panels panels = fields.of(study.name());
        if (!Objects.equals(panels.time(), tried.time())
                || !Objects.equals(panels.error(), tried.error())) {
            tried = panels;
            send("fields", Collections.singletonMap("model", panels.model()));
        }
    }

    private void send(String event, Object value) throws IOException {
        write(("event: " + event + "\ndata: ").getBytes(UTF_8));
        write(Json.bytes(value));
        write("\n\n".getBytes(UTF_8));
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        sentAt = clock.millis();
    }
}
