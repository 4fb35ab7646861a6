package io.penstock.dashboard.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.regex.Pattern;

/** The page and what it is made of, from the class path. */
final class PageRoutes {
    private static final int NOT_FOUND = 404;
    private static final String PAGE = "/io/penstock/dashboard/page/";
    private static final String WEBJARS = "/META-INF/resources/webjars/";
    private static final String CHARTS = "echarts/5.5.0/echarts.min.js";
    private static final Pattern ASSET = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)+");
    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "svg", "image/svg+xml",
                    "png", "image/png",
                    "ico", "image/x-icon",
                    "json", "application/json",
                    "woff2", "font/woff2");

    void add(RoutesConfig routes) {
        routes.get("/", ctx -> send(ctx, PAGE + "index.html"));
        routes.get("/assets/<file>", ctx -> send(ctx, PAGE + "assets/" + asset(ctx)));
        routes.get("/webjars/" + CHARTS, ctx -> send(ctx, WEBJARS + CHARTS));
    }

    // No folder above: every part is a plain name.
    private static String asset(Context request) {
        String file = request.pathParam("file");
        for (String part : file.split("/", -1)) {
            if (!ASSET.matcher(part).matches() && !part.matches("[A-Za-z0-9_-]+")) {
                throw missing(request);
            }
        }
        return file;
    }

    private static void send(Context request, String resource) throws IOException {
        String ending = resource.substring(resource.lastIndexOf('.') + 1);
        String type = TYPES.get(ending);
        try (InputStream in = PageRoutes.class.getResourceAsStream(resource)) {
            if (in == null || type == null) {
                throw missing(request);
            }
            request.contentType(type).result(in.readAllBytes());
        }
    }

    private static HttpResponseException missing(Context request) {
        return new HttpResponseException(NOT_FOUND, "there is no " + request.path());
    }
}
