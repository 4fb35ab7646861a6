package io.penstock.dashboard.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.dashboard.fields.FieldPanels;
import io.penstock.dashboard.fields.Panels;
import io.penstock.dashboard.study.LiveStudy;
import io.penstock.dashboard.study.LiveStudy.Increment;
import io.penstock.dashboard.study.SeriesMark;
import io.penstock.dashboard.study.StateView;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one page is pushed of one study, as server-sent events. Called twice a second by the thread
 * of its connection.
 */
final class EventStream {
    private static final long ALIVE_MILLIS = 10_000;
    private static final long ENSEMBLE_MILLIS = 1000;

    private final LiveStudy study;
    private final FieldPanels fields;
    private final Clock clock;
    private final OutputStream out;

    private SeriesMark mark;
    private long changes = -1;
    private StateView.@Nullable Stale stale;
    private long ensembleChanges;
    private long ensembleAt;
    private @Nullable Long triedAt;
    private long sentAt;

    EventStream(LiveStudy study, FieldPanels fields, Clock clock, OutputStream out) {
        this.study = study;
        this.fields = fields;
        this.clock = clock;
        this.out = out;
        this.mark = study.mark();
        this.ensembleChanges = study.ensembleChanges();
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
        Increment fresh = study.since(mark);
        if (fresh.mark().generation() != mark.generation()) {
            send("series", Map.of("reset", true, "shards", List.of()));
        } else if (!fresh.shards().isEmpty()) {
            send("series", Map.of("shards", fresh.shards()));
        }
        mark = fresh.mark();
    }

    private void pushEnsemble() throws IOException {
        long now = study.ensembleChanges();
        if (now != ensembleChanges && clock.millis() - ensembleAt >= ENSEMBLE_MILLIS) {
            send("ensemble", Map.of("changed", now - ensembleChanges));
            ensembleChanges = now;
            ensembleAt = clock.millis();
        }
    }

    private void pushFields() throws IOException {
        Panels panels = fields.of(study.name());
        if (panels.model() != null && !Objects.equals(panels.time(), triedAt)) {
            triedAt = panels.time();
            send("fields", Map.of("model", panels.model()));
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
