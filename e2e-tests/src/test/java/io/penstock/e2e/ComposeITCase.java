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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Pattern GAUGE = Pattern.compile("operator_training_(\\w+)");

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

    @Test
    void dashboardAsksForMetricsThatThereAre() throws Exception {
        Path file = compose.root().resolve(".docker/grafana/dashboards/training.json");
        JsonNode dashboard = JSON.readTree(file.toFile());
        String metrics =
                Files.readString(
                        compose.root()
                                .resolve(
                                        "operators/src/main/java/io/penstock/flink/TrainingMetrics.java"));
        List<String> asked = new ArrayList<>();
        for (JsonNode expression : dashboard.findValues("expr")) {
            Matcher gauge = GAUGE.matcher(expression.asText());
            while (gauge.find()) {
                asked.add(gauge.group(1));
            }
        }
        assertThat(asked).isNotEmpty().allMatch(name -> metrics.contains("\"" + name + "\""));
    }
}
