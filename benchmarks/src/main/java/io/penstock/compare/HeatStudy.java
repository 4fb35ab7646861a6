package io.penstock.compare;

/**
 * The heat equation with a fully connected surrogate (arXiv 2309.16743) at some size.
 *
 * @param cells rows and columns of the grid
 * @param steps time steps of a simulation
 * @param hidden units of the two hidden layers
 * @param batch samples of a step
 * @param batches training steps meant, over which the learning rate is halved four times
 * @param heldOut validation simulations
 */
record HeatStudy(int cells, int steps, int hidden, int batch, int batches, int heldOut) {
    /**
     * Text of a study.
     *
     * @param simulations training simulations
     * @param reservoir section of the reservoir, in YAML's short form
     * @param samplesPerInsert draws for each new sample
     */
    String text(int simulations, String reservoir, double samplesPerInsert) {
        return text(simulations, reservoir, samplesPerInsert, "{}");
    }

    /**
     * Text of a study with techniques for training that never ends.
     *
     * @param continual section of the techniques, in YAML's short form
     */
    String text(int simulations, String reservoir, double samplesPerInsert, String continual) {
        return """
        study: compare-heat
        seed: ${seed}
        ensemble:
          solver: {kind: heat2d, grid: [%1$d, %1$d]}
          simulations: %2$d
        steps: %3$d
        time-step: 0.01
        parameters:
          - {name: initial, unit: K, min: 100, max: 500}
          - {name: west, unit: K, min: 100, max: 500}
          - {name: east, unit: K, min: 100, max: 500}
          - {name: south, unit: K, min: 100, max: 500}
          - {name: north, unit: K, min: 100, max: 500}
        fields:
          - {name: temperature, unit: K, shape: [%1$d, %1$d], min: 100, max: 500}
        reservoir: %4$s
        surrogate: {architecture: mlp, hidden: [%5$d, %5$d]}
        training:
          batch: %6$d
          pace: {samples-per-insert: %7$s}
          continual: %11$s
          optimiser:
            learning-rate: 1.0e-3
            weight-decay: 0.0
            schedule: {every-samples: %8$d, factor: 0.5, max-steps: 4}
        validation: {simulations: %9$d, every-batches: %10$d}
        checkpoints: {interval: 10s}
        """
                .formatted(
                        cells,
                        simulations,
                        steps,
                        reservoir,
                        hidden,
                        batch,
                        samplesPerInsert,
                        Math.max(1, (long) batches * batch / 5),
                        heldOut,
                        Math.max(1, batches / 20),
                        continual);
    }

    /** Draws of the whole training. */
    int draws() {
        return Math.multiplyExact(batch, batches);
    }

    /** Simulations whose samples, each drawn once, make up the training. */
    int simulationsDrawnOnce() {
        return Math.max(1, draws() / steps);
    }

    /**
     * Simulations that make up the training with a reservoir: {@code r (inserts - threshold) +
     * capacity} draws, the last when it is drained.
     */
    int simulations(double samplesPerInsert, int capacity, int threshold) {
        double inserts = (draws() - capacity) / samplesPerInsert + threshold;
        return (int) Math.max(1, Math.round(inserts / steps));
    }
}
