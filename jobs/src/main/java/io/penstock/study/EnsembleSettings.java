package io.penstock.study;

import io.penstock.setting.Check;
import io.penstock.solver.SamplerKind;
import io.penstock.solver.SolverSpec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The simulations of a study.
 *
 * @param solver what runs them; null when external solvers follow the requests
 * @param simulations training simulations, beside those for validation
 * @param concurrency simulations that run at once
 * @param sampler how their parameters are drawn
 * @param heartbeat smallest interval between two signs of life of a simulation
 * @param simulationTimeout how long one that has started may give none
 * @param attempts crashes after which it is given up, and another asked for in its stead
 */
public record EnsembleSettings(
        @Nullable SolverSpec solver,
        int simulations,
        int concurrency,
        SamplerKind sampler,
        Duration heartbeat,
        Duration simulationTimeout,
        int attempts) {
    private static final Duration DAY = Duration.ofHours(24);

    public EnsembleSettings {
        Check.within(1, 1_000_000_000, "simulations", simulations);
        Check.within(1, 1024, "concurrency", concurrency);
        Intervals.check("heartbeat", heartbeat, Duration.ofMillis(100), Duration.ofHours(1));
        Intervals.check("simulation-timeout", simulationTimeout, Duration.ofMillis(200), DAY);
        Check.that(
                simulationTimeout.compareTo(heartbeat.multipliedBy(2)) >= 0,
                "simulation-timeout",
                simulationTimeout,
                "at least twice the heartbeat (" + heartbeat + ")");
        Check.within(1, 1000, "attempts", attempts);
    }
}
