package io.penstock.dashboard.fields;

import io.penstock.dashboard.DashboardSettings.Feed;
import io.penstock.dashboard.fields.Panels.FieldShape;
import io.penstock.dashboard.fields.Panels.Panel;
import io.penstock.dashboard.fields.Panels.Values;
import io.penstock.dashboard.study.LiveStudy;
import io.penstock.dashboard.study.LiveStudy.Begun;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Quantity;
import io.penstock.sample.SampleSpec;
import io.penstock.schemas.ModelUpdate;
import io.penstock.serving.ModelFolder;
import io.penstock.serving.ShownSample;
import io.penstock.serving.ShownSamples;
import io.penstock.surrogate.ModelDescription;
import io.penstock.surrogate.Predictor;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The validation fields of one study, tried with each model version. Used by one thread. */
final class StudyFields implements AutoCloseable {
    private final LiveStudy study;
    private final Feed feed;
    private final Path folder;
    private final Clock clock;

    private @Nullable SampleReader reader;
    private List<Begun> simulations = List.of();
    private List<ShownSample> samples = List.of();
    private String tried = "";

    /**
     * @param folder where a model is put to be loaded
     */
    StudyFields(LiveStudy study, Feed feed, Path folder, Clock clock) {
        this.study = study;
        this.feed = feed;
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * Tries the newest model on the validation samples found so far.
     *
     * @return null when there is nothing new
     * @throws IOException when the model cannot be loaded
     */
    @Nullable Panels refresh() throws IOException {
        ModelUpdate model = study.newestModel().orElse(null);
        ModelDescription description = study.description().orElse(null);
        if (model == null || description == null || study.steps() == 0) {
            return null;
        }
        look(description);
        String now = model.getVersion() + model.getWeightsSha256() + samples.size();
        if (samples.isEmpty() || now.equals(tried)) {
            return null;
        }
        tried = now; // One that cannot be loaded is not tried again either.
        ModelFolder.write(model, folder);
        List<Panel> panels = new ArrayList<>();
        try (Predictor predictor = Predictor.load(folder)) {
            for (ShownSample sample : samples) {
                panels.add(panel(Integer.toString(panels.size()), predictor, sample));
            }
        }
        return new Panels(model.getVersion(), clock.millis(), null, panels);
    }

    /** Looks for the samples until all are found; anew when a new run began. */
    private void look(ModelDescription description) {
        List<Begun> now = study.validationSimulations(ShownSamples.MOST);
        if (now.isEmpty()) {
            return;
        }
        if (!now.equals(simulations)) {
            close();
            ShownSamples wanted =
                    new ShownSamples(
                            spec(description, study.steps()), description.form(), now.size());
            reader = new SampleReader(feed, wanted, now);
            simulations = now;
            samples = List.of();
        }
        if (reader != null) {
            reader.read();
            samples = reader.found();
            if (reader.isComplete()) {
                close();
            }
        }
    }

    // Ranges are for the normaliser, which the model brings itself.
    private SampleSpec spec(ModelDescription description, int steps) {
        List<Quantity> inputs =
                description.inputs().stream()
                        .map(input -> new Quantity(input.name(), input.unit(), 0, 1))
                        .toList();
        List<FieldSpec> fields =
                description.outputs().stream()
                        .map(out -> new FieldSpec(out.name(), out.unit(), out.shape(), 0, 1))
                        .toList();
        int last = inputs.size() - 1;
        return new SampleSpec(
                description.study(),
                inputs.subList(0, last),
                inputs.get(last),
                fields,
                steps,
                Integer.MAX_VALUE); // It has been read by then.
    }

    private static Panel panel(String id, Predictor predictor, ShownSample sample) {
        List<float[]> truth = sample.truth();
        List<float[]> prediction = sample.predicted(predictor);
        List<Values> values = new ArrayList<>();
        List<FieldShape> shapes = new ArrayList<>();
        for (int f = 0; f < truth.size(); f++) {
            FieldSpec field = sample.spec().fields().get(f);
            shapes.add(new FieldShape(field.name(), field.unit(), field.shape()));
            values.add(new Values(truth.get(f), prediction.get(f)));
        }
        double[] inputs = sample.inputs();
        int last = inputs.length - 1;
        String label =
                "simulation %d, step %d, t = %s %s"
                        .formatted(
                                sample.simulation(),
                                sample.step(),
                                shortly(inputs[last]),
                                sample.spec().time().unit());
        return new Panel(
                id,
                sample.simulation(),
                sample.step(),
                label.strip(),
                shapes,
                values.get(0).rmse(),
                Arrays.copyOf(inputs, last),
                values);
    }

    private static String shortly(double value) {
        return new BigDecimal(value, new MathContext(4)).stripTrailingZeros().toPlainString();
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
