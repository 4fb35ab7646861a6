package io.penstock.run;

import io.penstock.report.FieldPanel;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.SampleSpec;
import io.penstock.serving.ShownSample;
import io.penstock.serving.ShownSamples;
import io.penstock.study.Study;
import io.penstock.surrogate.Predictor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** The validation fields a report shows, beside the prediction. */
final class ValidationPanels {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Study study;
    private final SampleSpec spec;
    private final RunEnvironment environment;

    ValidationPanels(Study study, RunEnvironment environment) {
        this.study = study;
        this.spec = study.sampleSpec();
        this.environment = environment;
    }

    /** The panels; fewer when fewer validation simulations are in the log. */
    List<FieldPanel> panels(Path model) throws IOException {
        if (study.validation().simulations() == 0) {
            return List.of();
        }
        List<FieldPanel> panels = new ArrayList<>();
        try (Predictor predictor = Predictor.load(model)) {
            for (ShownSample sample : samples()) {
                panels.add(panel(predictor, sample));
            }
        }
        return panels;
    }

    private List<ShownSample> samples() {
        ShownSamples samples =
                new ShownSamples(spec, study.surrogate().form(), study.validation().simulations());
        String topic = study.topics().solverOutputs();
        Map<TopicPartition, Long> from = new HashMap<>();
        environment.begin(topic).forEach((p, o) -> from.put(new TopicPartition(topic, p), o));
        try (RunTail tail = new RunTail(environment.kafka().consumer(), from)) {
            tail.readToEnd(LIMIT, samples::take, samples::isComplete);
        }
        return samples.found();
    }

    private FieldPanel panel(Predictor predictor, ShownSample sample) {
        FieldSpec field = spec.fields().get(0);
        List<Integer> shape = field.shape();
        int cols = shape.get(shape.size() - 1);
        double[] inputs = sample.inputs();
        String time =
                String.format(
                        Locale.ROOT, "%.4g %s", inputs[inputs.length - 1], spec.time().unit());
        return new FieldPanel(
                new FieldPanel.Label(
                        field.name(),
                        field.unit(),
                        sample.simulation(),
                        sample.step(),
                        time.strip()),
                field.cells() / cols,
                cols,
                sample.truth().get(0),
                sample.predicted(predictor).get(0));
    }
}
