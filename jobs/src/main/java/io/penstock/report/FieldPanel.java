package io.penstock.report;

import io.penstock.setting.Check;

/**
 * A validation field beside what the surrogate makes of it.
 *
 * @param label what it is
 * @param rows extent of the slow axis; 1 for a field of one dimension
 * @param cols extent of the fast axis
 * @param truth values of the solver in C order; not copied
 * @param prediction values of the surrogate in the same order; not copied
 */
// The arrays are what this record is for, and nobody compares panels.
@SuppressWarnings("ArrayRecordComponent")
public record FieldPanel(Label label, int rows, int cols, float[] truth, float[] prediction) {
    /**
     * What a panel shows.
     *
     * @param field name of the field
     * @param unit its unit, empty when it has none
     * @param simulation simulation id
     * @param step time step
     * @param time physical time, with its unit
     */
    public record Label(String field, String unit, long simulation, int step, String time) {
        /** Where and when: simulation, step and time. */
        String place() {
            return "simulation %d, step %d, time %s".formatted(simulation, step, time);
        }
    }

    public FieldPanel {
        Check.atLeast(1, "rows", rows);
        Check.atLeast(1, "cols", cols);
        long cells = (long) rows * cols;
        Check.that(truth.length == cells, "truth", truth.length + " values", cells + " values");
        Check.that(
                prediction.length == cells,
                "prediction",
                prediction.length + " values",
                cells + " values");
    }

    /** Prediction minus truth. */
    float[] error() {
        float[] error = new float[truth.length];
        for (int i = 0; i < error.length; i++) {
            error[i] = prediction[i] - truth[i];
        }
        return error;
    }

    /** Root mean squared error over the cells; NaN when a cell is not finite. */
    double rmse() {
        double squares = 0;
        for (float error : error()) {
            squares += (double) error * error;
        }
        return Math.sqrt(squares / truth.length);
    }
}
