package io.penstock.dashboard.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.penstock.dashboard.fields.FieldPanels;
import io.penstock.dashboard.study.LiveStudy;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes to the pages that are open. Every connection keeps the thread that answers it, so that a
 * page that does not read holds up nobody else; so there is a limit to them.
 */
final class EventRoutes implements AutoCloseable {
    /** Most pages that are pushed to at a time. */
    static final int MOST = 32;

    private static final Logger LOG = LoggerFactory.getLogger(EventRoutes.class);
    private static final int UNAVAILABLE = 503;
    private static final long EVERY_MILLIS = 500;
    private static final int ALIVE_ROUNDS = 20;
    private static final long PATIENCE_MILLIS = 2000;

    private final Sources sources;
    private final FieldPanels fields;
    private final Clock clock;
    private final Semaphore places = new Semaphore(MOST);
    private final CountDownLatch closed = new CountDownLatch(1);

    EventRoutes(Sources sources, FieldPanels fields, Clock clock) {
        this.sources = sources;
        this.fields = fields;
        this.clock = clock;
    }

    void add(RoutesConfig routes) {
        routes.get("/api/events", this::stream);
    }

    /** Pages that are pushed to now. */
    int open() {
        return MOST - places.availablePermits();
    }

    private void stream(Context request) throws IOException {
        if (!places.tryAcquire()) {
            throw new HttpResponseException(
                    UNAVAILABLE, "there are " + MOST + " open pages, as many as are allowed");
        }
        request.res().setContentType("text/event-stream");
        request.res().setCharacterEncoding("UTF-8");
        try (OutputStream out = request.res().getOutputStream()) {
            request.res().flushBuffer();
            push(request, out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.debug("a page has gone", e);
        } finally {
            places.release();
        }
    }

    private void push(Context request, OutputStream out) throws IOException, InterruptedException {
        EventStream stream = null;
        int round = 0;
        boolean isOver = false;
        while (!isOver) {
            isOver = closed.await(round == 0 ? 0 : EVERY_MILLIS, TimeUnit.MILLISECONDS);
            Optional<LiveStudy> study = sources.live(request);
            if (stream == null && study.isPresent()) {
                stream = new EventStream(study.get(), fields, clock, out);
            }
            if (stream != null) {
                stream.push();
            } else if (round % ALIVE_ROUNDS == 0) { // A past run, or a study still to come.
                out.write(":\n\n".getBytes(UTF_8));
                out.flush();
            }
            round++;
        }
    }

    /** Pushes what came last to every page, if it reads that in time, and ends with them. */
    @Override
    public void close() {
        closed.countDown();
        try {
            if (!places.tryAcquire(MOST, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("{} pages did not read to the end", open());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
