package io.penstock.e2e.cluster;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.yaml.snakeyaml.Yaml;

/**
 * The {@code docker-compose.yml} of the project: its settings are those that the tests run with.
 */
public final class ComposeFile {
    private static final String KAFKA = "KAFKA_";

    private final Path root;
    private final Map<String, Object> content;

    private ComposeFile(Path root, Map<String, Object> content) {
        this.root = root;
        this.content = content;
    }

    /** Reads it. */
    public static ComposeFile read() throws IOException {
        Path root = Path.of(System.getProperty("penstock.root"));
        try (Reader reader = Files.newBufferedReader(root.resolve("docker-compose.yml"))) {
            return new ComposeFile(root, new Yaml().load(reader));
        }
    }

    /** Folder that it lies in. */
    public Path root() {
        return root;
    }

    /** Names of its services. */
    public List<String> services() {
        return List.copyOf(map(content, "services").keySet());
    }

    /** What a service is. */
    public Map<String, Object> service(String name) {
        return map(map(content, "services"), name);
    }

    /** Flink's configuration. */
    public Map<String, String> flinkSettings() {
        Map<String, Object> loaded =
                new Yaml()
                        .load(
                                Objects.toString(
                                        map(service("taskmanager"), "environment")
                                                .get("FLINK_PROPERTIES")));
        Map<String, String> settings = new TreeMap<>();
        loaded.forEach((key, value) -> settings.put(key, Objects.toString(value)));
        return settings;
    }

    /** The broker's configuration. */
    public Map<String, String> kafkaSettings() {
        Map<String, String> settings = new TreeMap<>();
        map(service("kafka"), "environment")
                .forEach(
                        (key, value) ->
                                settings.put(
                                        key.substring(KAFKA.length())
                                                .toLowerCase(Locale.ROOT)
                                                .replace('_', '.'),
                                        Objects.toString(value)));
        return settings;
    }

    @SuppressWarnings("unchecked") // YAML has no types.
    private static Map<String, Object> map(Map<String, Object> from, String key) {
        return (Map<String, Object>)
                Objects.requireNonNull(from.get(key), () -> "docker-compose.yml lacks " + key);
    }
}
