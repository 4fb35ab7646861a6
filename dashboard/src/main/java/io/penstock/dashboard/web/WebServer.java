package io.penstock.dashboard.web;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.penstock.dashboard.DashboardSettings;
import io.penstock.dashboard.DashboardSettings.Address;
import io.penstock.dashboard.fields.FieldPanels;
import io.penstock.dashboard.runs.PastRuns;
import io.penstock.dashboard.study.StudyBoard;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the page and its API. */
public final class WebServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
    private static final int THREADS = EventRoutes.MOST + 24;
    private static final int IDLE_MILLIS = 30_000;
    private static final long LARGEST_POST = 64 << 10;
    private static final int PORTS_TRIED = 10;
    private static final int FAULT = 500;
    private static final String POLICY =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'self';"
                    + " frame-ancestors 'none'";

    private final DashboardSettings settings;
    private final Clock clock;
    private final HostGuard guard;
    private final Sources sources;
    private final FieldPanels fields;
    private final EventRoutes events;
    private final @Nullable ControlSender controls;
    private final Javalin server;

    /**
     * Starts it.
     *
     * @param controls where controls go; null when they are not allowed
     * @throws IOException when it cannot listen where it is to
     */
    public WebServer(
            DashboardSettings settings,
            StudyBoard board,
            @Nullable ControlSender controls,
            Clock clock)
            throws IOException {
        this.settings = settings;
        this.clock = clock;
        this.guard = new HostGuard(settings.address().host());
        this.sources = new Sources(board, new PastRuns(settings.runs()));
        this.fields = new FieldPanels(settings.feed(), clock);
        this.events = new EventRoutes(sources, fields, clock);
        this.controls = controls;
        try {
            this.server = listen(settings.address());
        } catch (IOException | RuntimeException e) {
            fields.close();
            throw e;
        }
    }

    private Javalin listen(Address address) throws IOException {
        int tries = address.strict() || address.port() == 0 ? 0 : PORTS_TRIED;
        for (int i = 0; i < tries; i++) {
            try {
                return started(address.host(), address.port() + i);
            } catch (BindException e) {
                LOG.debug("port {} is taken", address.port() + i);
            }
        }
        try {
            return started(address.host(), address.strict() ? address.port() : 0);
        } catch (BindException e) {
            throw new IOException(
                    "the dashboard cannot listen on "
                            + HostGuard.inUrl(address.host())
                            + ":"
                            + address.port()
                            + ": "
                            + e.getMessage()
                            + "; name a free port, or 0 for any",
                    e);
        }
    }

    private Javalin started(String host, int port) throws IOException {
        Javalin javalin = Javalin.create(this::configure);
        try {
            return javalin.start(host, port);
        } catch (RuntimeException e) {
            javalin.stop();
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof IOException io) {
                    throw io instanceof BindException ? io : bindFault(io);
                }
            }
            throw e;
        }
    }

    private static BindException bindFault(IOException e) {
        BindException fault = new BindException(e.getMessage());
        fault.initCause(e);
        return fault;
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.maxRequestSize = LARGEST_POST;
        config.http.compressionStrategy = CompressionStrategy.GZIP;
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 4, IDLE_MILLIS);
        threads.setName("dashboard");
        threads.setDaemon(true);
        config.jetty.threadPool = threads;
        config.routes.before(this::guard);
        config.routes.get("/api/info", ctx -> StudyRoutes.answer(ctx, info()));
        new PageRoutes().add(config.routes);
        new StudyRoutes(sources, clock).add(config.routes);
        new RunRoutes(sources.runs()).add(config.routes);
        new ControlRoutes(sources.board(), controls).add(config.routes);
        new FieldRoutes(sources, fields).add(config.routes);
        events.add(config.routes);
        config.routes.exception(
                HttpResponseException.class,
                (e, ctx) -> fail(ctx, e.getStatus(), String.valueOf(e.getMessage())));
        config.routes.exception(
                Exception.class,
                (e, ctx) -> {
                    LOG.warn("{} could not be answered", ctx.path(), e);
                    fail(ctx, FAULT, e.toString());
                });
    }

    private void guard(Context request) {
        request.header("Cache-Control", "no-store");
        request.header("Content-Security-Policy", POLICY);
        request.header("X-Content-Type-Options", "nosniff");
        request.header("Referrer-Policy", "no-referrer");
        guard.check(request);
    }

    private static void fail(Context request, int status, String why) {
        StudyRoutes.answer(request, Map.of("error", why.replace('\n', ' ')));
        request.status(status);
    }

    private Map<String, @Nullable Object> info() {
        Map<String, @Nullable Object> info = new LinkedHashMap<>();
        info.put("version", WebServer.class.getPackage().getImplementationVersion());
        DashboardSettings.Feed feed = settings.feed();
        info.put("kafka", feed == null ? null : feed.kafka().bootstrapServers());
        info.put("control", controls != null);
        DashboardSettings.Flink flink = settings.flink();
        info.put("flink", flink == null ? null : flink.address().toString());
        info.put("runs", settings.runs() == null ? null : settings.runs().toString());
        info.put("unreadable", sources.board().unreadable());
        info.put("now", clock.millis());
        return info;
    }

    /** Where it is found, by a browser on this machine when it listens on every address. */
    public URI address() {
        return URI.create(
                "http://"
                        + HostGuard.reached(settings.address().host())
                        + ":"
                        + server.port()
                        + "/");
    }

    /** Pages that are open now. */
    public int pages() {
        return events.open();
    }

    @Override
    public void close() {
        events.close();
        server.stop();
        fields.close();
    }
}
