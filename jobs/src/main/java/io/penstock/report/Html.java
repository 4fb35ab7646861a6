package io.penstock.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The little HTML a report needs. */
final class Html {
    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z-]+)}}");

    private Html() {}

    /** The text such that a browser shows it and does nothing else, in attributes too. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /**
     * Fills a template: {@code {{name}}} becomes the value of that name, as it is. Values are not
     * searched for places again.
     *
     * @throws IllegalArgumentException when the template names a value that is not given
     */
    static String fill(String template, Map<String, String> values) {
        return PLACE.matcher(template)
                .replaceAll(
                        place -> {
                            String value = values.get(place.group(1));
                            if (value == null) {
                                throw new IllegalArgumentException(
                                        "No value for " + place.group() + " of the template");
                            }
                            return Matcher.quoteReplacement(value);
                        });
    }

    /** A template that lies beside this class. */
    static String template(String name) {
        try (InputStream in = Html.class.getResourceAsStream(name)) {
            byte[] bytes = Objects.requireNonNull(in, name).readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Reading the template " + name, e);
        }
    }
}
