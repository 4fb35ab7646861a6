package io.penstock.study;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks keys of the study file up, and writes the table of them all. */
public final class StudyKeys {
    /** The sections whose keys depend on one of them, which says what kind the section is. */
    private static final Map<String, String> KIND_KEYS =
            Map.of("ensemble.solver", "kind", "surrogate", "architecture");

    private static final Map<String, List<StudyKey>> BY_SECTION =
            StudyKeyTable.ALL.stream().collect(Collectors.groupingBy(StudyKey::section));

    private StudyKeys() {}

    /** All keys, in the order of the documentation. */
    static List<StudyKey> all() {
        return StudyKeyTable.ALL;
    }

    /**
     * The key that says what kind a section is; null when all sections of that path are alike.
     *
     * @param section {@code ""} is the top, {@code "fields[]"} one of a list
     */
    static @Nullable StudyKey kindKey(String section) {
        String name = KIND_KEYS.get(section);
        return name == null
                ? null
                : keys(section).filter(k -> k.name().equals(name)).findFirst().orElseThrow();
    }

    /** The keys of a section of a kind, by name. */
    static Map<String, StudyKey> in(String section, String kind) {
        return keys(section)
                .filter(key -> key.isOf(kind))
                .collect(
                        Collectors.toMap(
                                StudyKey::name,
                                Function.identity(),
                                (a, b) -> {
                                    throw new IllegalStateException(a.path());
                                },
                                LinkedHashMap::new));
    }

    /** The keys of a section, those of all its kinds. */
    static Stream<StudyKey> keys(String section) {
        return BY_SECTION.getOrDefault(section, List.of()).stream();
    }

    /** The table of all keys, in Markdown. */
    public static String markdown() {
        StringBuilder table = new StringBuilder("| Key | Type | Default | Allowed | Meaning |\n");
        table.append("|---|---|---|---|---|\n");
        for (StudyKey key : StudyKeyTable.ALL) {
            table.append(
                    "| `%s`%s | %s | %s | %s | %s |\n"
                            .formatted(
                                    key.path(),
                                    kinds(key),
                                    key.type().name(),
                                    fallback(key),
                                    allowed(key),
                                    key.meaning()));
        }
        return table.toString();
    }

    private static String kinds(StudyKey key) {
        return key.kinds().isEmpty()
                ? ""
                : key.kinds().stream().sorted().collect(Collectors.joining(", ", " (", ")"));
    }

    private static String fallback(StudyKey key) {
        if (key.isRequired()) {
            return "required";
        }
        boolean shown = key.fallback() != null && !key.fallback().equals("{}");
        return shown ? "`" + key.fallback() + "`" : "";
    }

    private static String allowed(StudyKey key) {
        boolean says = key.type() == KeyType.PACE || key.type().name().equals("choice");
        return says ? key.everythingAllowed() : key.allowed();
    }
}
