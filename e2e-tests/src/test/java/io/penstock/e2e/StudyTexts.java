package io.penstock.e2e;

/** Study files small enough for a test. */
public final class StudyTexts {
    /** The beginning of the study of a plate; {@code %1$d}: its side, {@code %2$d}: its steps. */
    private static final String PLATE =
            """
            study: plates
            steps: %2$d
            time-step: 0.1
            parameters:
              - {name: initial, min: 100, max: 500}
              - {name: west, min: 100, max: 500}
              - {name: east, min: 100, max: 500}
              - {name: south, min: 100, max: 500}
              - {name: north, min: 100, max: 500}
            fields:
              - {name: temperature, shape: [%1$d, %1$d], min: 100, max: 500}
            """;

    private StudyTexts() {}

    /**
     * The beginning of the study of a plate, for whatever else the test cares about to follow.
     *
     * @param side nodes on a side
     */
    public static String plate(int side, int steps) {
        return PLATE.formatted(side, steps);
    }

    /**
     * A small ensemble of plates.
     *
     * @param simulations training simulations
     * @param pace the pace, as in the file
     * @param until when training ends
     */
    static String heat(int simulations, String pace, String until) {
        return """
               study: plates
               seed: 11
               ensemble:
                 solver: {kind: heat2d, grid: [8, 8], length: 10.0, diffusivity: 1.0}
                 simulations: %d
               steps: 10
               time-step: 0.1
               parameters:
                 - {name: initial, unit: K, min: 100, max: 500}
                 - {name: west, unit: K, min: 100, max: 500}
                 - {name: east, unit: K, min: 100, max: 500}
                 - {name: south, unit: K, min: 100, max: 500}
                 - {name: north, unit: K, min: 100, max: 500}
               fields:
                 - {name: temperature, unit: K, shape: [8, 8], min: 100, max: 500}
               reservoir: {capacity: 200, threshold: 50}
               surrogate: {hidden: [32, 32]}
               training:
                 batch: 8
                 pace: %s
                 until: %s
                 report-interval: 100ms
               validation: {simulations: 3, every-batches: 50}
               checkpoints: {interval: 500ms}
               """
                .formatted(simulations, pace, until);
    }
}
