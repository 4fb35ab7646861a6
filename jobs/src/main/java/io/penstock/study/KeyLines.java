package io.penstock.study;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import io.penstock.setting.InvalidSettingException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the keys of a study file stand, to say so when a value is wrong.
 *
 * @param file path or name of the file
 * @param lines line, from 1, of every key in it, by whole key such as {@code fields[0].max}
 */
record KeyLines(String file, Map<String, Integer> lines) {
    KeyLines {
        lines = Map.copyOf(lines);
    }

    /** Says what is wrong with a setting whose key is whole. */
    StudyException invalid(InvalidSettingException e) {
        return invalid(e.key(), e);
    }

    /** Says what is wrong with a setting that a record refused while it was bound. */
    StudyException invalid(JsonMappingException e) {
        String path = e.getPath().stream().map(KeyLines::step).collect(Collectors.joining());
        path = path.startsWith(".") ? path.substring(1) : path;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidSettingException invalid) {
                String key = path.isEmpty() ? invalid.key() : path + "." + invalid.key();
                boolean isElsewhere = !isKnown(key) && isKnown(invalid.key());
                return invalid(isElsewhere ? invalid.key() : key, invalid);
            }
        }
        return new StudyException(place(path) + ": " + path + ": " + e.getOriginalMessage(), e);
    }

    private StudyException invalid(String key, InvalidSettingException e) {
        boolean isDefault = !lines.containsKey(key) && hasDefault(key);
        String value = e.value() + (isDefault ? " (the default)" : "");
        return new StudyException(
                place(key) + ": " + key + ": " + value + " is not allowed; allowed: " + e.allowed(),
                e);
    }

    /** The line of the key or, when it is not in the file, of the section it belongs to. */
    private String place(String key) {
        for (String path = key; path != null; path = parent(path)) {
            Integer line = lines.get(path);
            if (line != null) {
                return file + ":" + line;
            }
        }
        return file + ":1";
    }

    private static @Nullable String parent(String path) {
        int end = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
        return end < 0 ? null : path.substring(0, end);
    }

    /** What a part was given from elsewhere in the study has its key there. */
    private static boolean isKnown(String key) {
        return known(key).findAny().isPresent();
    }

    private static boolean hasDefault(String key) {
        return known(key).anyMatch(known -> known.fallback() != null);
    }

    private static Stream<StudyKey> known(String key) {
        String pattern = key.replaceAll("\\[\\d+\\]", "[]");
        return StudyKeys.all().stream().filter(known -> known.path().equals(pattern));
    }

    private static String step(Reference reference) {
        return reference.getFieldName() == null
                ? "[" + reference.getIndex() + "]"
                : "." + reference.getFieldName();
    }
}
