package io.penstock.study;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.sample.SampleForm;
import io.penstock.surrogate.Architecture;
import io.penstock.surrogate.SurrogateSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Reads the section of the surrogate, where the keys of architecture, form and normaliser stand
 * beside each other.
 */
final class SurrogateReader extends StdDeserializer<SurrogateSpec> {
    private static final long serialVersionUID = 1L;
    private static final List<String> OF_THE_FORM = List.of("bundle", "unroll");

    /** Says that a surrogate is read so. */
    @JsonDeserialize(using = SurrogateReader.class)
    interface Use {}

    SurrogateReader() {
        super(SurrogateSpec.class);
    }

    /** Names of the architectures, as they stand in a study file. */
    static List<String> architectures() {
        return Arrays.stream(Architecture.class.getAnnotation(JsonSubTypes.class).value())
                .map(type -> name(type.name()))
                .toList();
    }

    /** Name of an architecture. */
    static String name(String kind) {
        return kind.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public SurrogateSpec deserialize(JsonParser parser, DeserializationContext context)
            throws IOException {
        ObjectNode architecture = context.readTree(parser).require();
        ObjectNode form = architecture.objectNode();
        form.set("kind", architecture.remove("form"));
        OF_THE_FORM.forEach(key -> form.set(key, architecture.remove(key)));
        JsonNode normalizer = Objects.requireNonNull(architecture.remove("normalizer"));
        String kind = architecture.remove("architecture").asText();
        architecture.put("kind", kind.toUpperCase(Locale.ROOT).replace('-', '_'));
        return new SurrogateSpec(
                context.readTreeAsValue(architecture, Architecture.class),
                context.readTreeAsValue(form, SampleForm.class),
                context.readTreeAsValue(normalizer, SurrogateSpec.NormalizerSource.class));
    }
}
