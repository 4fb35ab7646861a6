package io.penstock.dashboard;

import io.penstock.control.ControlAgent;
import io.penstock.control.TrainingControls;
import io.penstock.dashboard.DashboardSettings.Feed;
import io.penstock.dashboard.DashboardSettings.Flink;
import io.penstock.dashboard.web.ControlSender;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What sends controls from the page, and carries out those that are for Flink. */
final class Controlling implements AutoCloseable {
    private static final String BY = "dashboard";

    private final @Nullable TrainingControls controls;
    private final @Nullable ControlAgent agent;

    /**
     * @throws IOException when controls are allowed and the brokers do not answer
     */
    Controlling(DashboardSettings settings) throws IOException {
        Feed feed = settings.feed();
        Flink flink = settings.flink();
        if (!settings.allowControl() || feed == null) {
            controls = null;
            agent = null;
            return;
        }
        agent =
                flink == null
                        ? null
                        : ControlAgent.start(
                                feed.kafka(), feed.topics(), flink.address(), flink.savepoints());
        controls = new TrainingControls(feed.kafka(), feed.topics(), BY);
    }

    /** Where the page's controls go; null when they are not allowed. */
    @Nullable ControlSender sender() {
        return controls == null ? null : controls::send;
    }

    @Override
    public void close() {
        if (controls != null) {
            controls.close();
        }
        if (agent != null) {
            agent.close();
        }
    }
}
