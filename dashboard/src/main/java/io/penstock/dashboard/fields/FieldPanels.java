package io.penstock.dashboard.fields;

import io.penstock.dashboard.DashboardSettings.Feed;
import io.penstock.dashboard.study.LiveStudy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries each newest model version on a few validation samples, every two seconds at most and only
 * while a page watches: on a thread of its own, with as many tensor threads as the process has been
 * told to use.
 */
public final class FieldPanels implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FieldPanels.class);
    private static final long EVERY_MILLIS = 2000;
    private static final long WATCHED_MILLIS = 15_000;
    private static final Duration END = Duration.ofSeconds(3);

    private final @Nullable Feed feed;
    private final Clock clock;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<LiveStudy, Long> watched = new ConcurrentHashMap<>();
    private final Map<String, Panels> panels = new ConcurrentHashMap<>();
    private final Map<LiveStudy, StudyFields> fields = new HashMap<>();

    /**
     * Starts it.
     *
     * @param feed where samples are; null for nowhere
     */
    public FieldPanels(@Nullable Feed feed, Clock clock) {
        this.feed = feed;
        this.clock = clock;
        this.thread = new Thread(this::run, "dashboard-fields");
        thread.setDaemon(true);
        if (feed != null) {
            thread.start();
        }
    }

    /** A page watches a study now. */
    public void watched(LiveStudy study) {
        watched.put(study, clock.millis());
    }

    /** What there is of a study. */
    public Panels of(String study) {
        return panels.getOrDefault(study, Panels.NONE);
    }

    private void run() {
        Feed from = feed;
        Path folder = null;
        try {
            folder = Files.createTempDirectory("penstock-dashboard-");
            while (from != null && !closed.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                long now = clock.millis();
                for (Map.Entry<LiveStudy, Long> entry : watched.entrySet()) {
                    if (now - entry.getValue() < WATCHED_MILLIS) {
                        refresh(from, entry.getKey(), folder);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("validation fields are not shown", e);
        } finally {
            fields.values().forEach(StudyFields::close);
            delete(folder);
        }
    }

    private void refresh(Feed from, LiveStudy study, Path folder) {
        StudyFields of =
                fields.computeIfAbsent(study, s -> new StudyFields(s, from, folder, clock));
        try {
            Panels fresh = of.refresh();
            if (fresh != null) {
                panels.put(study.name(), fresh);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("the newest model of {} could not be tried", study.name(), e);
            Panels last = of(study.name());
            panels.put(
                    study.name(),
                    new Panels(
                            last.model(),
                            last.time(),
                            String.valueOf(e.getMessage()),
                            last.panels()));
        }
    }

    private static void delete(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.debug("{} is left behind", folder, e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
