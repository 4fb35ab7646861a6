package io.penstock.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * What a key holds. The type decides what the text of the file means, so that {@code no} is a name
 * where a name is expected, and {@code 1e-3} is a number where a number is.
 */
final class KeyType {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    static final KeyType TEXT = scalar("text", "a text", text -> Optional.of(JSON.textNode(text)));
    static final KeyType INTEGER =
            scalar(
                    "integer",
                    "a whole number",
                    text -> whole(text).filter(n -> n == n.intValue()).map(JSON::numberNode));
    static final KeyType LONG =
            scalar("integer", "a whole number", text -> whole(text).map(JSON::numberNode));
    static final KeyType NUMBER =
            scalar("number", "a number", text -> real(text).map(JSON::numberNode));
    static final KeyType DURATION =
            scalar(
                    "duration",
                    "a duration such as 500ms, 10s, 5m or 2h",
                    text -> Durations.parse(text).map(d -> JSON.textNode(d.toString())));
    static final KeyType SIZE =
            scalar(
                    "size",
                    "a number of bytes such as 1048576, 500kB or 16MiB",
                    text -> Sizes.parse(text).map(JSON::numberNode));
    static final KeyType INTEGERS =
            new KeyType("list of integers", "a list of whole numbers", KeyType::integers);
    static final KeyType TEXTS = new KeyType("list of texts", "a list of texts", KeyType::texts);
    static final KeyType PACE =
            new KeyType(
                    "pace",
                    "continuous, or {samples-per-insert: a number}",
                    node -> node instanceof MappingNode map ? counted(map) : continuous(node));

    /** A mapping with keys of its own in the table. */
    static final KeyType SECTION =
            new KeyType("section", "a section of keys", node -> Optional.empty());

    /** A list of mappings with keys of their own in the table. */
    static final KeyType SECTIONS =
            new KeyType("list of sections", "a list of sections", node -> Optional.empty());

    private final String name;
    private final String expected;
    private final Function<Node, Optional<JsonNode>> reader;

    private KeyType(String name, String expected, Function<Node, Optional<JsonNode>> reader) {
        this.name = name;
        this.expected = expected;
        this.reader = reader;
    }

    /** One of the constants of an enumeration, in kebab case. */
    static <E extends Enum<E>> KeyType choice(Class<E> type) {
        E[] constants = type.getEnumConstants();
        String names =
                Arrays.stream(constants).map(KeyType::kebab).collect(Collectors.joining(", "));
        return scalar(
                "choice",
                constants.length == 1 ? names : "one of " + names,
                text ->
                        Arrays.stream(constants)
                                .filter(constant -> kebab(constant).equals(text))
                                .map(constant -> (JsonNode) JSON.textNode(constant.name()))
                                .findFirst());
    }

    /** One of some names. */
    static KeyType choice(List<String> names) {
        return scalar(
                "choice",
                names.size() == 1 ? names.get(0) : "one of " + String.join(", ", names),
                text -> names.contains(text) ? Optional.of(JSON.textNode(text)) : Optional.empty());
    }

    private static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static KeyType scalar(
            String name, String expected, Function<String, Optional<JsonNode>> parse) {
        return new KeyType(
                name,
                expected,
                node ->
                        node instanceof ScalarNode scalar
                                ? parse.apply(scalar.getValue())
                                : Optional.empty());
    }

    private static Optional<Long> whole(String text) {
        try {
            return Optional.of(Long.parseLong(text.replace("_", "")));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Double> real(String text) {
        try {
            double value = new BigDecimal(text.replace("_", "")).doubleValue();
            return Double.isFinite(value) ? Optional.of(value) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> integers(Node node) {
        return list(node, INTEGER);
    }

    private static Optional<JsonNode> texts(Node node) {
        return list(node, TEXT);
    }

    private static Optional<JsonNode> list(Node node, KeyType of) {
        if (!(node instanceof SequenceNode sequence)) {
            return Optional.empty();
        }
        ArrayNode array = JSON.arrayNode();
        for (Node item : sequence.getValue()) {
            Optional<JsonNode> value = of.read(item);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            array.add(value.get());
        }
        return Optional.of(array);
    }

    private static Optional<JsonNode> continuous(Node node) {
        return node instanceof ScalarNode scalar && scalar.getValue().equals("continuous")
                ? Optional.of(pace("CONTINUOUS", JSON.numberNode(1.0)))
                : Optional.empty();
    }

    private static Optional<JsonNode> counted(MappingNode map) {
        if (map.getValue().size() != 1) {
            return Optional.empty();
        }
        NodeTuple only = map.getValue().get(0);
        return only.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals("samples-per-insert")
                ? NUMBER.read(only.getValueNode()).map(r -> pace("SAMPLES_PER_INSERT", r))
                : Optional.empty();
    }

    private static JsonNode pace(String kind, JsonNode samplesPerInsert) {
        return JSON.objectNode().put("kind", kind).set("samples-per-insert", samplesPerInsert);
    }

    /** Its name in the table of keys. */
    String name() {
        return name;
    }

    /** What is expected, as part of a sentence. */
    String expected() {
        return expected;
    }

    /** The value to bind; empty when the node does not hold one of this type. */
    Optional<JsonNode> read(Node node) {
        return node.getAnchor() == null ? reader.apply(node) : Optional.empty();
    }
}
