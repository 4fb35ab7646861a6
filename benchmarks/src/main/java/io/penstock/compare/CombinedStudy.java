package io.penstock.compare;

import java.util.Locale;

/**
 * The combined equation of arXiv 2202.03376 with an auto-regressive surrogate at some size.
 *
 * @param cells cells of the axis
 * @param steps time steps of a simulation
 * @param batch samples of a step
 * @param batches training steps meant, over which the learning rate is halved four times
 * @param heldOut validation simulations
 */
record CombinedStudy(int cells, int steps, int batch, int batches, int heldOut) {
    private static final int MODES = 3;

    /**
     * Text of a study.
     *
     * @param simulations training simulations
     * @param surrogate section of the surrogate, in YAML's short form
     * @param capacity slots of the reservoir
     * @param samplesPerInsert draws for each new sample
     */
    String text(int simulations, String surrogate, int capacity, double samplesPerInsert) {
        StringBuilder waves = new StringBuilder();
        for (int j = 1; j <= MODES; j++) {
            waves.append(
                    String.format(
                            Locale.ROOT,
                            """
                              - {name: amplitude-%1$d, min: -0.5, max: 0.5}
                              - {name: frequency-%1$d, min: -0.4, max: 0.4}
                              - {name: wavenumber-%1$d, min: 0.5, max: 3.5}
                              - {name: phase-%1$d, min: 0, max: 6.283185307179586}
                            """,
                            j));
        }
        return String.format(
                Locale.ROOT,
                """
                study: compare-combined
                seed: ${seed}
                ensemble:
                  solver: {kind: combined1d, grid: [%1$d], modes: %2$d}
                  simulations: %3$d
                steps: %4$d
                time-step: 0.08
                parameters:
                  - {name: alpha, min: 0, max: 3}
                  - {name: beta, min: 0, max: 0.4}
                  - {name: gamma, min: 0, max: 1}
                %5$sfields:
                  - {name: u, shape: [%1$d], min: -1, max: 1}
                reservoir: {kind: sim-paired, capacity: %6$d, threshold: %7$d}
                surrogate: %8$s
                training:
                  batch: %9$d
                  pace: {samples-per-insert: %10$s}
                  optimiser:
                    learning-rate: 1.0e-3
                    schedule: {every-samples: %11$d, factor: 0.5, max-steps: 4}
                validation: {simulations: %12$d, every-batches: %13$d}
                checkpoints: {interval: 10s}
                """,
                cells,
                MODES,
                simulations,
                steps,
                waves,
                capacity,
                capacity / 4,
                surrogate,
                batch,
                samplesPerInsert,
                Math.max(1, (long) batches * batch / 5),
                heldOut,
                Math.max(1, batches / 10));
    }
}
