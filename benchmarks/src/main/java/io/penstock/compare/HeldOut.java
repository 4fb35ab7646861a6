package io.penstock.compare;

import io.penstock.run.StopSignal;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import io.penstock.schemas.Purpose;
import io.penstock.study.Study;
import io.penstock.surrogate.ModelDescription.Output;
import io.penstock.surrogate.Predictor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The validation simulations of a study, in memory, and the errors of a model on them. */
final class HeldOut {
    private final SampleSpec sample;
    private final SampleForm form;
    private final List<List<float[]>> simulations = new ArrayList<>();

    private HeldOut(Study study) {
        this.sample = study.sampleSpec();
        this.form = study.surrogate().form();
    }

    /** Runs the simulations. */
    static HeldOut of(Study study, StopSignal stop) throws Exception {
        HeldOut heldOut = new HeldOut(study);
        new Simulations(study, Purpose.VALIDATION, stop)
                .run(
                        (simulation, step, row) -> {
                            if (step == 0) {
                                heldOut.simulations.add(new ArrayList<>());
                            }
                            heldOut.simulations.get(simulation).add(SampleSpec.numbers(row));
                        });
        return heldOut;
    }

    /** What asks a model, or something simpler, for the steps that follow. */
    private interface Guess {
        List<List<float[]>> after(double[] inputs, List<List<float[]>> given);
    }

    /** Mean squared error of normalised fields; auto-regressive: of one application. */
    double error(Predictor model) {
        return form.isDirect() ? direct(model) : oneStep(model, model::goOn);
    }

    /** Error of one that predicts the last step it was given. */
    double noChangeError(Predictor model) {
        return oneStep(
                model,
                (inputs, given) ->
                        Collections.nCopies(form.bundle(), given.get(form.bundle() - 1)));
    }

    private double direct(Predictor model) {
        Mean mean = new Mean();
        for (List<float[]> rows : simulations) {
            for (float[] row : rows) {
                add(mean, model, model.predict(sample.inputsOf(row)), row);
            }
        }
        return mean.value();
    }

    private double oneStep(Predictor model, Guess guess) {
        Mean mean = new Mean();
        int bundle = form.bundle();
        for (List<float[]> rows : simulations) {
            for (int first = 0; first + 2 * bundle <= rows.size(); first++) {
                List<List<float[]>> predicted =
                        guess.after(
                                sample.inputsOf(rows.get(first + bundle - 1)), fields(rows, first));
                for (int i = 0; i < bundle; i++) {
                    add(mean, model, predicted.get(i), rows.get(first + bundle + i));
                }
            }
        }
        return mean.value();
    }

    /** Error of a model's own predictions from the first steps on, mean over all that follow. */
    double rolloutError(Predictor model) {
        Mean mean = new Mean();
        int bundle = form.bundle();
        for (List<float[]> rows : simulations) {
            List<List<float[]>> given = fields(rows, 0);
            for (int first = bundle; first + bundle <= rows.size(); first += bundle) {
                given = model.goOn(sample.inputsOf(rows.get(first - 1)), given);
                for (int i = 0; i < bundle; i++) {
                    add(mean, model, given.get(i), rows.get(first + i));
                }
            }
        }
        return mean.value();
    }

    private List<List<float[]>> fields(List<float[]> rows, int first) {
        List<List<float[]>> steps = new ArrayList<>();
        for (int i = 0; i < form.bundle(); i++) {
            steps.add(sample.fieldsOf(rows.get(first + i)));
        }
        return steps;
    }

    private void add(Mean mean, Predictor model, List<float[]> predicted, float[] row) {
        int at = sample.inputs();
        for (int f = 0; f < predicted.size(); f++) {
            Output output = model.description().outputs().get(f);
            for (float value : predicted.get(f)) {
                double error = (value - row[at++]) * output.scale();
                mean.add(error * error);
            }
        }
    }

    /** A mean in the making. */
    private static final class Mean {
        private double sum;
        private long count;

        void add(double value) {
            sum += value;
            count++;
        }

        double value() {
            return sum / count;
        }
    }
}
