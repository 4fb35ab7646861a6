package io.penstock.run;

import io.penstock.report.FieldPanel;
import io.penstock.sample.Decoded;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Sample;
import io.penstock.sample.SampleDecoder;
import io.penstock.sample.SampleSpec;
import io.penstock.schemas.Purpose;
import io.penstock.study.Study;
import io.penstock.surrogate.Predictor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The validation fields a report shows: one of each of the first validation simulations found,
 * early in the first, in the middle of the second, at the end of the third; beside the prediction.
 */
final class ValidationPanels {
    private static final int PANELS = 3;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Study study;
    private final SampleSpec spec;
    private final RunEnvironment environment;

    ValidationPanels(Study study, RunEnvironment environment) {
        this.study = study;
        this.spec = study.sampleSpec();
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

    private record Found(long simulation, int step, float[] row) {}

    private List<Found> samples() {
        Map<Long, Integer> wantedStep = new HashMap<>();
        Map<Long, Found> found = new TreeMap<>();
        int wanted = Math.min(PANELS, study.validation().simulations());
        String topic = study.topics().solverOutputs();
        Map<TopicPartition, Long> from = new HashMap<>();
        environment.begin(topic).forEach((p, o) -> from.put(new TopicPartition(topic, p), o));
        SampleDecoder decoder = new SampleDecoder(spec);
        try (RunTail tail = new RunTail(environment.kafka().consumer(), from)) {
            tail.readToEnd(
                    LIMIT,
                    record -> take(decoder, record, wantedStep, found),
                    () -> found.size() >= wanted);
        }
        return List.copyOf(found.values());
    }

    private void take(
            SampleDecoder decoder,
            ConsumerRecord<byte[], byte[]> record,
            Map<Long, Integer> wantedStep,
            Map<Long, Found> found) {
        Decoded decoded = decoder.decode(record.partition(), record.offset(), record.value());
        if (!(decoded instanceof Sample sample) || sample.purpose() != Purpose.VALIDATION) {
            return;
        }
        long simulation = sample.simulation();
        if (!wantedStep.containsKey(simulation) && wantedStep.size() < PANELS) {
            wantedStep.put(simulation, step(wantedStep.size()));
        }
        Integer step = wantedStep.get(simulation);
        if (step != null && step == sample.step()) {
            found.put(simulation, new Found(simulation, step, floats(sample.row())));
        }
    }

    private int step(int panel) {
        return Math.max(0, (panel + 1) * spec.steps() / PANELS - 1);
    }

    private static float[] floats(byte[] row) {
        float[] values = new float[row.length / Float.BYTES];
        ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    private FieldPanel panel(Predictor predictor, Found found) {
        double[] inputs = new double[spec.inputs()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = found.row()[i];
        }
        FieldSpec field = spec.fields().get(0);
        float[] truth = new float[field.cells()];
        System.arraycopy(found.row(), inputs.length, truth, 0, truth.length);
        List<Integer> shape = field.shape();
        int cols = shape.get(shape.size() - 1);
        String time =
                String.format(
                        Locale.ROOT, "%.4g %s", inputs[inputs.length - 1], spec.time().unit());
        return new FieldPanel(
                new FieldPanel.Label(
                        field.name(), field.unit(), found.simulation(), found.step(), time.strip()),
                field.cells() / cols,
                cols,
                truth,
                predictor.predict(inputs).get(0));
    }
}
