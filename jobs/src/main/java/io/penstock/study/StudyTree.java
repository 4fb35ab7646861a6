package io.penstock.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Turns the nodes of a study file into a tree of values of the right types, with the defaults
 * filled in, and remembers the line of every key. Collects all problems of structure: keys that are
 * unknown, missing or there twice, and values of another type.
 */
final class StudyTree {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String NO_ANCHORS =
            " uses an anchor or alias (& or *), which a study file may not; repeat the value";

    /**
     * A problem of structure.
     *
     * @param line where, from 1
     * @param text what
     */
    record Problem(int line, String text) {}

    private final Map<String, Integer> lines = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    /** Reads the top of the file. */
    ObjectNode read(MappingNode root) {
        return section(root, "", "");
    }

    /** The problems found, by line. */
    List<Problem> problems() {
        return problems.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
    }

    /** Line of every key that stands in the file, by whole key such as {@code fields[0].max}. */
    Map<String, Integer> lines() {
        return Map.copyOf(lines);
    }

    /**
     * @param path of the section in the file, such as {@code fields[0]}
     * @param pattern of the section in the table of keys, such as {@code fields[]}
     */
    private ObjectNode section(MappingNode node, String path, String pattern) {
        Optional<String> kind = kind(node, pattern);
        Map<String, StudyKey> known = StudyKeys.in(pattern, kind.orElse(""));
        Map<String, Node> found = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            entry(tuple, path, pattern, kind, found);
        }
        ObjectNode values = JSON.objectNode();
        known.forEach(
                (name, key) ->
                        values.set(
                                name, value(key, found.get(name), join(path, name), line(node))));
        return values;
    }

    /**
     * The kind of a section, as it stands in the file or by default; empty when that is none, which
     * is a problem of its own.
     */
    private static Optional<String> kind(MappingNode node, String pattern) {
        StudyKey kindKey = StudyKeys.kindKey(pattern);
        if (kindKey == null) {
            return Optional.of("");
        }
        Node found = kindKey.fallback() == null ? null : compose(kindKey.fallback());
        for (NodeTuple tuple : node.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key
                    && key.getValue().equals(kindKey.name())
                    && !isNull(tuple.getValueNode())) {
                found = tuple.getValueNode();
            }
        }
        return found instanceof ScalarNode scalar && kindKey.type().read(scalar).isPresent()
                ? Optional.of(scalar.getValue())
                : Optional.empty();
    }

    private void entry(
            NodeTuple tuple,
            String path,
            String pattern,
            Optional<String> kind,
            Map<String, Node> found) {
        int line = line(tuple.getKeyNode());
        if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
            add(line, (path.isEmpty() ? "a key" : "a key of " + path) + " is not a text");
            return;
        }
        String name = scalar.getValue();
        String key = join(path, name);
        if (StudyKeys.keys(pattern).noneMatch(k -> k.name().equals(name) && kind.isEmpty())
                && !StudyKeys.in(pattern, kind.orElse("")).containsKey(name)) {
            add(line, unknown(name, path, pattern, kind.orElse("")));
        } else if (found.putIfAbsent(name, tuple.getValueNode()) != null) {
            add(line, key + " stands here again; it is already in line " + lines.get(key));
        } else {
            lines.put(key, line);
        }
    }

    private static String unknown(String name, String path, String pattern, String kind) {
        String allowed = String.join(", ", StudyKeys.in(pattern, kind).keySet());
        StudyKey kindKey = StudyKeys.kindKey(pattern);
        return "unknown key "
                + join(path, name)
                + ofAnotherKind(name, pattern)
                        .or(
                                () ->
                                        nearest(name, pattern, kind)
                                                .map(key -> "; did you mean " + key + "?"))
                        .orElse("")
                + "; allowed "
                + (path.isEmpty() ? "at the top" : "in " + path)
                + (kindKey == null || kind.isEmpty() ? "" : " with " + kindKey.name() + " " + kind)
                + ": "
                + allowed;
    }

    private static Optional<String> ofAnotherKind(String name, String pattern) {
        StudyKey kindKey = StudyKeys.kindKey(pattern);
        String kinds =
                StudyKeys.keys(pattern)
                        .filter(key -> key.name().equals(name))
                        .flatMap(key -> key.kinds().stream())
                        .sorted()
                        .collect(Collectors.joining(" or "));
        return kindKey == null || kinds.isEmpty()
                ? Optional.empty()
                : Optional.of("; there is one with " + kindKey.name() + " " + kinds);
    }

    /** A key of the section that looks alike, else one of that very name in another section. */
    private static Optional<String> nearest(String name, String pattern, String kind) {
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        Optional<String> alike =
                StudyKeys.in(pattern, kind).keySet().stream()
                        .min(Comparator.comparingInt(key -> distance.apply(name, key)))
                        .filter(key -> distance.apply(name, key) <= (name.length() + 1) / 2);
        return alike.isPresent()
                ? alike
                : StudyKeys.all().stream()
                        .filter(key -> key.name().equals(name))
                        .map(StudyKey::path)
                        .findFirst();
    }

    private JsonNode value(StudyKey key, @Nullable Node node, String path, int sectionLine) {
        int line = lines.getOrDefault(path, sectionLine);
        if (node != null && node.getAnchor() != null) {
            add(line, path + NO_ANCHORS);
        } else if (node != null && !isNull(node)) {
            return typed(key, node, path);
        } else if (key.isRequired()) {
            add(line, path + " is missing; allowed: " + key.everythingAllowed());
        } else if (key.fallback() != null) {
            return typed(key, compose(key.fallback()), path);
        }
        return JSON.nullNode();
    }

    private JsonNode typed(StudyKey key, Node node, String path) {
        if (key.type() == KeyType.SECTION && node instanceof MappingNode map) {
            return section(map, path, key.path());
        }
        if (key.type() == KeyType.SECTIONS && node instanceof SequenceNode sequence) {
            return sections(key, sequence, path);
        }
        Optional<JsonNode> value = key.type().read(node);
        if (value.isEmpty()) {
            mismatch(node, path, key.everythingAllowed());
        }
        return value.orElse(JSON.nullNode());
    }

    private ArrayNode sections(StudyKey key, SequenceNode sequence, String path) {
        ArrayNode array = JSON.arrayNode();
        for (Node item : sequence.getValue()) {
            String itemPath = path + "[" + array.size() + "]";
            lines.put(itemPath, line(item));
            if (item.getAnchor() != null) {
                add(line(item), itemPath + NO_ANCHORS);
                array.addNull();
            } else if (item instanceof MappingNode map) {
                array.add(section(map, itemPath, key.path() + "[]"));
            } else {
                mismatch(item, itemPath, KeyType.SECTION.expected());
                array.addNull();
            }
        }
        return array;
    }

    private void mismatch(Node node, String path, String allowed) {
        add(line(node), path + ": " + describe(node) + " is not allowed; allowed: " + allowed);
    }

    private static String describe(Node node) {
        if (node instanceof ScalarNode scalar) {
            String text = scalar.getValue();
            return '"' + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + '"';
        }
        return node instanceof SequenceNode ? "this list" : "this section";
    }

    /** Nothing after the colon: whoever leaves it out wants the default. */
    static boolean isNull(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.getScalarStyle() == ScalarStyle.PLAIN
                && (scalar.getValue().isEmpty()
                        || scalar.getValue().equals("null")
                        || scalar.getValue().equals("~"));
    }

    private static Node compose(String yaml) {
        return new Yaml().compose(new StringReader(yaml));
    }

    private void add(int line, String text) {
        problems.add(new Problem(line, text));
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
