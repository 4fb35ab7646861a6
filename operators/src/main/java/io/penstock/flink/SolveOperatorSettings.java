package io.penstock.flink;

import io.penstock.setting.Check;
import io.penstock.solver.SolverSpec;
import java.io.Serializable;

/**
 * What a {@link SolveOperator} runs.
 *
 * @param study name of the study; requests of another one are skipped
 * @param solver what is solved
 * @param steps time steps of a simulation
 * @param heartbeatMillis smallest interval between two signs of life of a simulation, milliseconds
 */
public record SolveOperatorSettings(
        String study, SolverSpec solver, int steps, long heartbeatMillis) implements Serializable {
    public SolveOperatorSettings {
        Check.notBlank("study", study);
        Check.atLeast(1, "steps", steps);
        Check.atLeast(1, "heartbeat-millis", heartbeatMillis);
    }
}
