package io.penstock.run;

import io.penstock.dashboard.Dashboard;
import io.penstock.dashboard.DashboardSettings;
import io.penstock.dashboard.DashboardSettings.Feed;
import io.penstock.dashboard.DashboardSettings.Flink;
import io.penstock.study.Study;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dashboard of a run. That there is none, or none any more, is never the end of a run. */
final class RunDashboard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunDashboard.class);

    /** The page is pushed to twice a second. */
    private static final Duration LAST_LOOK = Duration.ofMillis(1000);

    private final @Nullable Dashboard dashboard;

    private RunDashboard(@Nullable Dashboard dashboard) {
        this.dashboard = dashboard;
    }

    /**
     * Starts it when it is wanted, and says where it is, or why it is not.
     *
     * @param savepoints where savepoints go that are asked for on the page
     */
    static RunDashboard start(
            DashboardChoice choice,
            Study study,
            RunEnvironment environment,
            Path savepoints,
            Consumer<String> say) {
        if (!choice.wanted()) {
            return new RunDashboard(null);
        }
        try {
            Dashboard dashboard =
                    Dashboard.start(
                            new DashboardSettings(
                                    choice.address(),
                                    new Feed(environment.kafka(), study.topics()),
                                    study.output().folder(),
                                    choice.allowControl(),
                                    new Flink(
                                            URI.create(environment.flink().webUi()),
                                            savepoints.toUri().toString())));
            say.accept("Dashboard: " + dashboard.address());
            return new RunDashboard(dashboard);
        } catch (IOException | RuntimeException e) {
            LOG.debug("no dashboard", e);
            say.accept("Dashboard: none; " + e.getMessage());
            return new RunDashboard(null);
        }
    }

    /** Lets pages that are open see the end, then stops. */
    @Override
    public void close() {
        if (dashboard == null) {
            return;
        }
        try {
            dashboard.linger(LAST_LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            dashboard.close();
        }
    }
}
