package io.penstock.surrogate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Normalizer;
import io.penstock.sample.Quantity;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Everything needed to use a model's weights, as in {@code model.json}: with x what is given,
 * {@code network((x - shift) × scale) / scale + shift} is what is predicted.
 *
 * @param format version of this description
 * @param study name of the study that trained the model
 * @param architecture family of models, with its sizes
 * @param form what it maps from and to
 * @param inputs inputs in order: the parameters, then the time
 * @param outputs fields in order
 */
public record ModelDescription(
        int format,
        String study,
        Architecture architecture,
        SampleForm form,
        List<Input> inputs,
        List<Output> outputs) {
    public ModelDescription {
        // JSON can say null anywhere; Jackson reports what is thrown here with its place.
        Objects.requireNonNull(study, "study is null");
        Objects.requireNonNull(architecture, "architecture is null");
        Objects.requireNonNull(form, "form is null");
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** The version that is written. */
    public static final int FORMAT = 2;

    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

    /**
     * An input.
     *
     * @param name its name
     * @param unit its unit
     * @param min smallest value it was trained with
     * @param max largest value it was trained with
     * @param shift normaliser: subtracted first
     * @param scale normaliser: multiplied with next
     */
    public record Input(
            String name, String unit, double min, double max, double shift, double scale) {}

    /**
     * A field.
     *
     * @param name its name
     * @param unit its unit
     * @param shape extent of each axis, slowest first
     * @param shift normaliser: subtracted first
     * @param scale normaliser: multiplied with next
     */
    public record Output(
            String name, String unit, List<Integer> shape, double shift, double scale) {
        public Output {
            Objects.requireNonNull(name, "name is null");
            shape = List.copyOf(shape);
        }

        /** Number of values. */
        public int cells() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }
    }

    /** Describes the model of a study with the constants its normaliser has now. */
    public static ModelDescription of(
            SampleSpec sample, SurrogateSpec surrogate, Normalizer normalizer) {
        List<Input> inputs = new ArrayList<>();
        List<Quantity> quantities = new ArrayList<>(sample.parameters());
        quantities.add(sample.time());
        for (int i = 0; i < quantities.size(); i++) {
            Quantity q = quantities.get(i);
            Normalizer.Affine a = normalizer.input(i);
            inputs.add(new Input(q.name(), q.unit(), q.min(), q.max(), a.shift(), a.scale()));
        }
        List<Output> outputs = new ArrayList<>();
        for (int f = 0; f < sample.fields().size(); f++) {
            FieldSpec field = sample.fields().get(f);
            Normalizer.Affine a = normalizer.field(f);
            outputs.add(
                    new Output(field.name(), field.unit(), field.shape(), a.shift(), a.scale()));
        }
        return new ModelDescription(
                FORMAT,
                sample.study(),
                surrogate.architecture(),
                surrogate.form(),
                List.copyOf(inputs),
                List.copyOf(outputs));
    }

    /** What the network is given and gives. */
    public NetworkShape network() {
        return NetworkShape.of(inputs.size(), outputs.stream().map(Output::shape).toList(), form);
    }

    /** The description as JSON. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a model description did not become JSON", e);
        }
    }

    /**
     * Reads a description.
     *
     * @throws IOException when the text is not one, or of a version this release does not know
     */
    public static ModelDescription fromJson(String json) throws IOException {
        JsonNode tree = JSON.readTree(json);
        int format = tree.path("format").asInt();
        if (format < 1 || format > FORMAT) {
            throw new IOException(
                    "model description has format "
                            + tree.path("format")
                            + "; this release reads formats 1 to "
                            + FORMAT);
        }
        if (format == 1 && tree instanceof ObjectNode object) {
            object.put("format", FORMAT).set("form", JSON.valueToTree(SampleForm.DIRECT));
        }
        return JSON.treeToValue(tree, ModelDescription.class);
    }
}
