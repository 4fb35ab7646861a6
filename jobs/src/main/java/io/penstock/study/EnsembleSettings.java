package io.penstock.study;

import io.penstock.setting.Check;
import io.penstock.solver.SamplerKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The simulations of a study.
 *
 * @param solver what runs them; null when external producers send their outputs
 * @param simulations training simulations, beside those for validation
 * @param concurrency simulations that run at once
 * @param sampler how their parameters are drawn
 * @param heartbeat smallest interval between two signs of life of a simulation
 */
public record EnsembleSettings(
        @Nullable SolverSettings solver,
        int simulations,
        int concurrency,
        SamplerKind sampler,
        Duration heartbeat) {
    public EnsembleSettings {
        Check.within(1, 1_000_000_000, "simulations", simulations);
        Check.within(1, 1024, "concurrency", concurrency);
        Intervals.check("heartbeat", heartbeat, Duration.ofMillis(100), Duration.ofHours(1));
    }
}
