package io.penstock.serving;

import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import io.penstock.surrogate.Predictor;
import java.util.ArrayList;
import java.util.List;

/**
 * A validation sample that is shown beside what a surrogate makes of it.
 *
 * @param spec what samples of the study look like
 * @param form what the surrogate maps from and to
 * @param simulation simulation id
 * @param step time step that is shown
 * @param rows rows of the time steps up to that one, as many as a window has; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
public record ShownSample(
        SampleSpec spec, SampleForm form, long simulation, int step, float[][] rows) {
    private float[] shown() {
        return rows[rows.length - 1];
    }

    /** Parameters, then the time of the step. */
    public double[] inputs() {
        return spec.inputsOf(shown());
    }

    /** The fields as the solver gave them, in order, each in C order. */
    public List<float[]> truth() {
        return spec.fieldsOf(shown());
    }

    /**
     * The fields as the surrogate predicts them: a direct one from parameters and time, an
     * auto-regressive one from the steps before.
     */
    public List<float[]> predicted(Predictor predictor) {
        if (form.isDirect()) {
            return predictor.predict(inputs());
        }
        List<List<float[]>> given = new ArrayList<>();
        for (int i = 0; i < form.bundle(); i++) {
            given.add(spec.fieldsOf(rows[i]));
        }
        return predictor.goOn(spec.inputsOf(rows[form.bundle() - 1]), given).get(form.bundle() - 1);
    }
}
