package io.penstock.dashboard;

import io.penstock.dashboard.DashboardSettings.Feed;
import io.penstock.dashboard.follow.TopicFollower;
import io.penstock.dashboard.study.StudyBoard;
import io.penstock.dashboard.web.WebServer;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A page that shows trainings while they go on, and past runs. It reads the topics on its own and
 * tells nobody, so any number of them may watch the same brokers.
 */
public final class Dashboard implements AutoCloseable {
    private final WebServer server;
    private final Controlling controlling;
    private final @Nullable TopicFollower follower;

    private Dashboard(WebServer server, Controlling controlling, @Nullable TopicFollower follower) {
        this.server = server;
        this.controlling = controlling;
        this.follower = follower;
    }

    /**
     * Starts it. Brokers need not be there yet, unless controls are allowed.
     *
     * @throws IOException when it cannot listen where it is to, or cannot send controls
     */
    public static Dashboard start(DashboardSettings settings) throws IOException {
        Clock clock = Clock.systemUTC();
        StudyBoard board = new StudyBoard();
        Controlling controlling = new Controlling(settings);
        WebServer server;
        try {
            server = new WebServer(settings, board, controlling.sender(), clock);
        } catch (IOException | RuntimeException e) {
            controlling.close();
            throw e;
        }
        Feed feed = settings.feed();
        return new Dashboard(
                server, controlling, feed == null ? null : TopicFollower.start(feed, board, clock));
    }

    /** Where the page is. */
    public URI address() {
        return server.address();
    }

    /** Gives pages that are open a moment to show the end of a run; none if there is none. */
    public void linger(Duration moment) throws InterruptedException {
        if (server.pages() > 0) {
            TimeUnit.NANOSECONDS.sleep(moment.toNanos());
        }
    }

    /** Stops serving and reading, within about two seconds. */
    @Override
    public void close() {
        server.close();
        controlling.close();
        if (follower != null) {
            follower.close();
        }
    }
}
