package io.penstock.dashboard.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.penstock.dashboard.study.Source;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the page asks of studies and past runs. */
final class StudyRoutes {
    /** Rows of a shard in series that are told whole, unless somebody asks for another number. */
    static final int POINTS = 600;

    private static final int NOT_FOUND = 404;
    private static final int FEWEST_POINTS = 10;
    private static final int MOST_POINTS = 5000;
    private static final int COVERAGE_POINTS = 4000;
    private static final int MOST_COVERAGE_POINTS = 20_000;
    private static final int MOST_PARAMETERS = 10_000;

    private final Sources sources;
    private final Clock clock;

    StudyRoutes(Sources sources, Clock clock) {
        this.sources = sources;
        this.clock = clock;
    }

    void add(RoutesConfig routes) {
        routes.get("/api/studies", ctx -> answer(ctx, sources.board().lines(clock.millis())));
        routes.get("/api/runs", ctx -> answer(ctx, sources.runs().list()));
        routes.get("/api/state", ctx -> answer(ctx, sources.of(ctx).state(clock.millis())));
        routes.get("/api/series", ctx -> answer(ctx, series(ctx)));
        routes.get("/api/ensemble", ctx -> answer(ctx, sources.of(ctx).ensemble()));
        routes.get("/api/ensemble/{id}", ctx -> answer(ctx, simulation(ctx)));
        routes.get("/api/coverage", ctx -> answer(ctx, coverage(ctx)));
    }

    static void answer(Context request, Object value) {
        request.contentType("application/json").result(Json.bytes(value));
    }

    private Map<String, Object> series(Context request) {
        Source source = sources.of(request);
        double from = Sources.number(request, "from", 0, 0, Double.MAX_VALUE);
        double to = Sources.number(request, "to", Double.MAX_VALUE, 0, Double.MAX_VALUE);
        double points = Sources.number(request, "points", POINTS, FEWEST_POINTS, MOST_POINTS);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("source", request.queryParam("source"));
        json.put("total", source.total());
        json.put("shards", source.series(from, to, (int) points));
        return json;
    }

    private Object simulation(Context request) {
        String id = request.pathParam("id");
        try {
            return sources.of(request)
                    .simulation(Long.parseLong(id))
                    .orElseThrow(() -> noSimulation(id));
        } catch (NumberFormatException e) {
            throw noSimulation(id);
        }
    }

    private static HttpResponseException noSimulation(String id) {
        return new HttpResponseException(NOT_FOUND, "there is no simulation " + id);
    }

    private Object coverage(Context request) {
        return sources.of(request)
                .coverage(
                        (int) Sources.number(request, "x", 0, 0, MOST_PARAMETERS),
                        (int) Sources.number(request, "y", 1, 0, MOST_PARAMETERS),
                        (int)
                                Sources.number(
                                        request,
                                        "points",
                                        COVERAGE_POINTS,
                                        1,
                                        MOST_COVERAGE_POINTS));
    }
}
