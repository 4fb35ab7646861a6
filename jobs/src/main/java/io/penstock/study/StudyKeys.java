package io.penstock.study;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Looks keys of the study file up, and writes the table of them all. */
public final class StudyKeys {
    private static final Map<String, Map<String, StudyKey>> BY_SECTION =
            StudyKeyTable.ALL.stream()
                    .collect(
                            Collectors.groupingBy(
                                    StudyKey::section,
                                    Collectors.toMap(
                                            StudyKey::name,
                                            Function.identity(),
                                            (a, b) -> {
                                                throw new IllegalStateException(a.path());
                                            },
                                            LinkedHashMap::new)));

    private StudyKeys() {}

    /** All keys, in the order of the documentation. */
    static List<StudyKey> all() {
        return StudyKeyTable.ALL;
    }

    /** The keys of a section by name; {@code ""} is the top, {@code "fields[]"} one of a list. */
    static Map<String, StudyKey> in(String section) {
        return BY_SECTION.getOrDefault(section, Map.of());
    }

    /** The table of all keys, in Markdown. */
    public static String markdown() {
        StringBuilder table = new StringBuilder("| Key | Type | Default | Allowed | Meaning |\n");
        table.append("|---|---|---|---|---|\n");
        for (StudyKey key : StudyKeyTable.ALL) {
            table.append(
                    "| `%s` | %s | %s | %s | %s |\n"
                            .formatted(
                                    key.path(),
                                    key.type().name(),
                                    fallback(key),
                                    allowed(key),
                                    key.meaning()));
        }
        return table.toString();
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
