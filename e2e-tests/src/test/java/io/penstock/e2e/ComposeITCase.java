package io.penstock.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.penstock.e2e.cluster.ComposeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/**
 * What can be said of {@code docker-compose.yml} without a Docker engine. That its settings work is
 * seen in the tests that run processes with them.
 */
class ComposeITCase {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METRICS =
            "operators/src/main/java/io/penstock/flink/%sMetrics.java";
    private static final Pattern OWN_METRIC =
            Pattern.compile(
                    "operator_(training|ensemble|solver|sample|serving)s?_study_(?:shard_|cause_)?(\\w+)");

    private final ComposeFile compose = ComposeFile.read();

    ComposeITCase() throws IOException {}

    @ParameterizedTest
    @ValueSource(strings = {"docker-compose.yml", ".docker/gpu.yml"})
    void isOneByTheComposeSpecification(String file) throws Exception {
        assertThat(schema().validate(JSON.valueToTree(yaml(file)))).isEmpty();
    }

    @Test
    void specificationWouldFindAMistake() throws Exception {
        Map<String, Object> wrong = yaml("docker-compose.yml");
        wrong.put("servces", Map.of());
        assertThat(schema().validate(JSON.valueToTree(wrong))).hasSize(1);
    }

    private Map<String, Object> yaml(String file) throws IOException {
        return new Yaml().load(Files.readString(compose.root().resolve(file)));
    }

    private static Schema schema() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        ComposeITCase.class.getResourceAsStream("/compose/compose-spec.json"))) {
            ObjectNode schema = (ObjectNode) JSON.readTree(in);
            // Neither is an address by which the library would know the draft or the schema.
            schema.remove(List.of("$schema", "$id"));
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(schema);
        }
    }

    @Test
    void mountsOnlyWhatExists() {
        List<Path> mounted = new ArrayList<>();
        for (String service : compose.services()) {
            if (compose.service(service).get("volumes") instanceof List<?> volumes) {
                volumes.stream()
                        .map(volume -> Objects.toString(volume).split(":")[0])
                        .filter(source -> source.startsWith("."))
                        .forEach(source -> mounted.add(compose.root().resolve(source)));
            }
        }
        assertThat(mounted).hasSizeGreaterThan(5).allMatch(Files::exists);
    }

    @Test
    void bindsEveryPortToTheLoopbackInterface() {
        for (String service : compose.services()) {
            if (compose.service(service).get("ports") instanceof List<?> ports) {
                assertThat(ports)
                        .allSatisfy(port -> assertThat(port).asString().startsWith("127.0.0.1:"));
            }
        }
    }

    @Test
    void givesFlinkTheFlagsThatTheTestsRunWith() {
        List<String> flags =
                List.of(
                        Objects.requireNonNull(compose.flinkSettings().get("env.java.opts.all"))
                                .split("\\s+"));
        assertThat(Arrays.asList(System.getProperty("penstock.jvm.flags").split("\\s+")))
                .containsAll(flags);
    }

    /** In what a short run shows, {@code PrometheusITCase} sees them; this needs nothing else. */
    @Test
    void dashboardsAndAlertsAskForMetricsThatThereAre() throws Exception {
        List<String> asked = new ArrayList<>();
        try (Stream<Path> files = Files.walk(compose.root().resolve(".docker"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Matcher metric = OWN_METRIC.matcher(Files.readString(file));
                while (metric.find()) {
                    asked.add(metric.group(1) + " " + metric.group(2));
                }
            }
        }
        Map<String, String> sources = new HashMap<>();
        for (String group : List.of("training", "ensemble", "solver", "sample", "serving")) {
            String name = group.substring(0, 1).toUpperCase(Locale.ROOT) + group.substring(1);
            sources.put(group, Files.readString(compose.root().resolve(METRICS.formatted(name))));
        }
        assertThat(asked)
                .hasSizeGreaterThan(50)
                .allSatisfy(
                        metric -> {
                            String[] parts = metric.split(" ");
                            assertThat(sources.get(parts[0])).contains('"' + parts[1] + '"');
                        });
    }

    @Test
    void everyDashboardSaysWhatItsPanelsShow() throws Exception {
        List<String> titles = new ArrayList<>();
        try (Stream<Path> files =
                Files.list(compose.root().resolve(".docker/grafana/dashboards"))) {
            for (Path file : files.toList()) {
                JsonNode dashboard = JSON.readTree(file.toFile());
                titles.add(dashboard.get("title").asText());
                for (JsonNode panel : dashboard.get("panels")) {
                    if (!panel.get("type").asText().equals("row")) {
                        assertThat(panel.get("description").asText())
                                .as("%s: %s", file, panel.get("title"))
                                .isNotBlank();
                    }
                }
            }
        }
        assertThat(titles).hasSize(4).doesNotHaveDuplicates();
    }
}
