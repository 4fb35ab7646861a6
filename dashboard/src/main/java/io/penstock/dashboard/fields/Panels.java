package io.penstock.dashboard.fields;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Validation fields and what a version of the model makes of them.
 *
 * @param model version of the model; null when none could be tried yet
 * @param time when it was tried, milliseconds since the epoch; null likewise
 * @param error why the newest version could not be tried; null when it could
 * @param panels one for each validation sample that is shown
 */
public record Panels(
        @Nullable Long model, @Nullable Long time, @Nullable String error, List<Panel> panels) {
    /** Nothing yet. */
    public static final Panels NONE = new Panels(null, null, null, List.of());

    /**
     * A validation sample.
     *
     * @param id its name in the API
     * @param label what it is
     * @param fields its fields
     * @param rmse root mean squared error of the first field, in its unit
     * @param parameters parameters of the simulation
     * @param values truth and prediction of every field
     */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
    public record Panel(
            String id,
            long simulation,
            int step,
            String label,
            List<FieldShape> fields,
            double rmse,
            double[] parameters,
            @JsonIgnore List<Values> values) {}

    /** A field of it. */
    public record FieldShape(String name, String unit, List<Integer> shape) {}

    /**
     * Values in C order.
     *
     * @param truth as the solver gave them
     * @param prediction as the surrogate predicts them
     */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
    public record Values(float[] truth, float[] prediction) {
        double rmse() {
            double squares = 0;
            for (int i = 0; i < truth.length; i++) {
                double error = (double) prediction[i] - truth[i];
                squares += error * error;
            }
            return Math.sqrt(squares / truth.length);
        }
    }
}
