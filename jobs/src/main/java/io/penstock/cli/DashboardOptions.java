package io.penstock.cli;

import io.penstock.dashboard.DashboardSettings;
import io.penstock.run.DashboardChoice;
import io.penstock.setting.InvalidSettingException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a run shows itself in a browser. */
final class DashboardOptions {
    @Option(names = "--no-dashboard", description = "Start no dashboard.")
    private boolean none;

    @Option(
            names = "--dashboard-port",
            paramLabel = "PORT",
            description =
                    "Port of the dashboard; "
                            + DashboardSettings.DEFAULT_PORT
                            + " by default, or another when that is taken.")
    private @Nullable Integer port;

    @Option(
            names = "--allow-control",
            description =
                    "Let the dashboard pause and resume the training, change its learning rate,"
                            + " take savepoints and stop it.")
    private boolean allowControl;

    DashboardChoice choice() {
        if (none && (port != null || allowControl)) {
            throw new UsageException(
                    "--no-dashboard fits neither --dashboard-port nor --allow-control");
        }
        try {
            return new DashboardChoice(!none, port, allowControl);
        } catch (InvalidSettingException e) {
            throw UsageException.of("--dashboard-port", e);
        }
    }
}
