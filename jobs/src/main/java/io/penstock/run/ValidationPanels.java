package io.penstock.run;

import io.penstock.report.FieldPanel;
import io.penstock.sample.Decoded;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Sample;
import io.penstock.sample.SampleDecoder;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import io.penstock.schemas.Purpose;
import io.penstock.study.Study;
import io.penstock.surrogate.Predictor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The validation fields a report shows: one of each of the first validation simulations found,
 * early in the first, in the middle of the second, at the end of the third; beside the prediction,
 * which an auto-regressive surrogate makes from the steps before.
 */
final class ValidationPanels {
    private static final int PANELS = 3;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Study study;
    private final SampleSpec spec;
    private final SampleForm form;
    private final RunEnvironment environment;

    ValidationPanels(Study study, RunEnvironment environment) {
        this.study = study;
        this.spec = study.sampleSpec();
        this.form = study.surrogate().form();
        this.environment = environment;
    }

    /** The panels; fewer than three when fewer validation simulations are in the log. */
    List<FieldPanel> panels(Path model) throws IOException {
        if (study.validation().simulations() == 0) {
            return List.of();
        }
        List<FieldPanel> panels = new ArrayList<>();
        try (Predictor predictor = Predictor.load(model)) {
            for (Found found : samples()) {
                panels.add(panel(predictor, found));
            }
        }
        return panels;
    }

    /** The rows of some steps of a simulation, the one shown last. */
    private record Found(long simulation, int step, float[][] rows) {
        boolean isWhole() {
            return Arrays.stream(rows).allMatch(Objects::nonNull);
        }
    }

    private List<Found> samples() {
        Map<Long, Found> found = new LinkedHashMap<>();
        int wanted = Math.min(PANELS, study.validation().simulations());
        String topic = study.topics().solverOutputs();
        Map<TopicPartition, Long> from = new HashMap<>();
        environment.begin(topic).forEach((p, o) -> from.put(new TopicPartition(topic, p), o));
        SampleDecoder decoder = new SampleDecoder(spec);
        try (RunTail tail = new RunTail(environment.kafka().consumer(), from)) {
            tail.readToEnd(
                    LIMIT,
                    record -> take(decoder, record, found),
                    () -> found.values().stream().filter(Found::isWhole).count() >= wanted);
        }
        return found.values().stream().filter(Found::isWhole).toList();
    }

    private void take(
            SampleDecoder decoder, ConsumerRecord<byte[], byte[]> record, Map<Long, Found> found) {
        Decoded decoded = decoder.decode(record.partition(), record.offset(), record.value());
        if (!(decoded instanceof Sample sample) || sample.purpose() != Purpose.VALIDATION) {
            return;
        }
        long simulation = sample.simulation();
        if (!found.containsKey(simulation) && found.size() < PANELS) {
            int step = Math.max(step(found.size()), form.windowSteps() - 1);
            found.put(simulation, new Found(simulation, step, new float[form.windowSteps()][]));
        }
        Found wanted = found.get(simulation);
        if (wanted != null) {
            int before = wanted.step() - sample.step();
            if (before >= 0 && before < form.windowSteps()) {
                wanted.rows()[form.windowSteps() - 1 - before] =
                        SampleSpec.numbers(ByteBuffer.wrap(sample.row()));
            }
        }
    }

    private int step(int panel) {
        return Math.max(0, (panel + 1) * spec.steps() / PANELS - 1);
    }

    private FieldPanel panel(Predictor predictor, Found found) {
        float[] shown = found.rows()[found.rows().length - 1];
        FieldSpec field = spec.fields().get(0);
        List<Integer> shape = field.shape();
        int cols = shape.get(shape.size() - 1);
        String time =
                String.format(Locale.ROOT, "%.4g %s", shown[spec.inputs() - 1], spec.time().unit());
        return new FieldPanel(
                new FieldPanel.Label(
                        field.name(), field.unit(), found.simulation(), found.step(), time.strip()),
                field.cells() / cols,
                cols,
                spec.fieldsOf(shown).get(0),
                predicted(predictor, found));
    }

    private float[] predicted(Predictor predictor, Found found) {
        if (form.isDirect()) {
            return predictor.predict(spec.inputsOf(found.rows()[0])).get(0);
        }
        List<List<float[]>> given = new ArrayList<>();
        for (int i = 0; i < form.bundle(); i++) {
            given.add(spec.fieldsOf(found.rows()[i]));
        }
        double[] inputs = spec.inputsOf(found.rows()[form.bundle() - 1]);
        return predictor.goOn(inputs, given).get(form.bundle() - 1).get(0);
    }
}
