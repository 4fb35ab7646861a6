package io.penstock.run;

import io.penstock.dashboard.DashboardSettings;
import io.penstock.dashboard.DashboardSettings.Address;
import io.penstock.setting.Check;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how a run shows itself in a browser.
 *
 * @param wanted whether it does
 * @param port the port asked for; null for the default, or another when that is taken
 * @param allowControl whether the page may pause, resume, change and stop the training
 */
public record DashboardChoice(boolean wanted, @Nullable Integer port, boolean allowControl) {
    /** It does not. */
    public static final DashboardChoice NONE = new DashboardChoice(false, null, false);

    public DashboardChoice {
        if (port != null) {
            Check.within(0, 65535, "dashboard-port", port);
        }
    }

    /** Where it listens: on this machine only. */
    Address address() {
        return port == null
                ? Address.byDefault()
                : new Address(DashboardSettings.LOOPBACK, port, true);
    }
}
