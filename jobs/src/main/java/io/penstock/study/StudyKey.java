package io.penstock.study;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key of the study file.
 *
 * @param path whole key; {@code []} stands for the position in a list
 * @param type what it holds
 * @param isRequired whether it must be there when its section is
 * @param fallback the value it has when absent, as it would stand in the file; null when there is
 *     none
 * @param allowed what is allowed beyond the type; empty when the type says it all
 * @param meaning what it means
 * @param kinds the kinds of its section that have it; empty: all. What kind a section is, another
 *     key of it says, see {@link StudyKeys#kindKey}
 */
record StudyKey(
        String path,
        KeyType type,
        boolean isRequired,
        @Nullable String fallback,
        String allowed,
        String meaning,
        Set<String> kinds) {
    StudyKey {
        kinds = Set.copyOf(kinds);
    }

    static StudyKey required(String path, KeyType type, String allowed, String meaning) {
        return required(List.of(), path, type, allowed, meaning);
    }

    static StudyKey required(
            List<String> kinds, String path, KeyType type, String allowed, String meaning) {
        return new StudyKey(path, type, true, null, allowed, meaning, Set.copyOf(kinds));
    }

    static StudyKey optional(String path, KeyType type, String allowed, String meaning) {
        return new StudyKey(path, type, false, null, allowed, meaning, Set.of());
    }

    static StudyKey defaulted(
            String path, KeyType type, String fallback, String allowed, String meaning) {
        return defaulted(List.of(), path, type, fallback, allowed, meaning);
    }

    static StudyKey defaulted(
            List<String> kinds,
            String path,
            KeyType type,
            String fallback,
            String allowed,
            String meaning) {
        return new StudyKey(path, type, false, fallback, allowed, meaning, Set.copyOf(kinds));
    }

    /** Whether a section of a kind has it. */
    boolean isOf(String kind) {
        return kinds.isEmpty() || kinds.contains(kind);
    }

    /** The path of the section it belongs to; empty at the top. */
    String section() {
        return path.contains(".") ? path.substring(0, path.lastIndexOf('.')) : "";
    }

    /** Its name within its section. */
    String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** All that is allowed, as the end of the sentence "allowed: …". */
    String everythingAllowed() {
        return allowed.isEmpty() ? type.expected() : type.expected() + ", " + allowed;
    }
}
