package io.penstock.dashboard.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.penstock.dashboard.fields.FieldPanels;
import io.penstock.dashboard.fields.Panels;
import io.penstock.dashboard.fields.Panels.FieldShape;
import io.penstock.dashboard.fields.Panels.Panel;
import io.penstock.dashboard.fields.Panels.Values;
import io.penstock.dashboard.study.LiveStudy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** Serves validation fields; those of a past run are pictures among its files. */
final class FieldRoutes {
    private static final int NOT_FOUND = 404;

    private final Sources sources;
    private final FieldPanels fields;

    FieldRoutes(Sources sources, FieldPanels fields) {
        this.sources = sources;
        this.fields = fields;
    }

    void add(RoutesConfig routes) {
        routes.get("/api/fields", ctx -> StudyRoutes.answer(ctx, panels(ctx)));
        routes.get("/api/fields/{panel}/{field}", this::send);
    }

    private Panels panels(Context request) {
        Optional<LiveStudy> study = sources.live(request);
        study.ifPresent(fields::watched);
        return study.map(LiveStudy::name).map(fields::of).orElse(Panels.NONE);
    }

    private void send(Context request) {
        Panels panels = panels(request);
        for (Panel panel : panels.panels()) {
            for (int f = 0; f < panel.fields().size(); f++) {
                if (panel.id().equals(request.pathParam("panel"))
                        && panel.fields().get(f).name().equals(request.pathParam("field"))) {
                    request.header("X-Model-Version", String.valueOf(panels.model()));
                    request.contentType("application/octet-stream")
                            .result(slice(panel.fields().get(f), panel.values().get(f)));
                    return;
                }
            }
        }
        throw new HttpResponseException(NOT_FOUND, "there is no such field yet");
    }

    /** Rows, columns, truth, prediction; of more than two dimensions the first slice. */
    private static byte[] slice(FieldShape field, Values values) {
        List<Integer> shape = field.shape();
        int cols = shape.get(shape.size() - 1);
        int rows = shape.size() == 1 ? 1 : shape.get(shape.size() - 2);
        int cells = rows * cols;
        ByteBuffer bytes =
                ByteBuffer.allocate(2 * Integer.BYTES + 2 * cells * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(rows)
                        .putInt(cols);
        bytes.asFloatBuffer().put(values.truth(), 0, cells).put(values.prediction(), 0, cells);
        return bytes.array();
    }
}
