package io.penstock.dashboard.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.penstock.dashboard.runs.PastRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Serves the files that past runs left for people. */
final class RunRoutes {
    private static final int NOT_FOUND = 404;

    private final PastRuns runs;

    RunRoutes(PastRuns runs) {
        this.runs = runs;
    }

    void add(RoutesConfig routes) {
        routes.get("/runs/{run}/{file}", this::send);
    }

    private void send(Context request) throws IOException {
        Path file =
                runs.file(request.pathParam("run"), request.pathParam("file"))
                        .orElseThrow(
                                () ->
                                        new HttpResponseException(
                                                NOT_FOUND, "there is no " + request.path()));
        request.contentType(type(file.toString())).result(Files.readAllBytes(file));
    }

    private static String type(String file) {
        if (file.endsWith(".html")) {
            return "text/html; charset=utf-8";
        }
        if (file.endsWith(".png")) {
            return "image/png";
        }
        return file.endsWith(".json") ? "application/json" : "text/csv; charset=utf-8";
    }
}
