package io.penstock.solver;

import io.penstock.setting.Check;
import java.io.Serializable;
import java.time.Duration;

/**
 * How much an ensemble puts up with.
 *
 * @param timeout how long a simulation that has started may give no sign of life
 * @param attempts crashes after which a simulation is given up
 */
public record SupervisionSpec(Duration timeout, int attempts) implements Serializable {
    public SupervisionSpec {
        Check.that(timeout.toMillis() > 0, "simulation-timeout", timeout, "1 ms or above");
        Check.within(1, 1000, "attempts", attempts);
    }
}
