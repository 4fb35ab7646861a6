package io.penstock.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaValidatorBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The current schemas against every released one, kept whole under {@code released/VERSION}. A
 * released file is never changed; a release adds a folder.
 */
class CompatibilityTest {
    private static final Map<String, Schema> CURRENT =
            Stream.of(
                            SolverOutput.getClassSchema(),
                            SimulationEvent.getClassSchema(),
                            SimulationRequest.getClassSchema(),
                            TrainingReport.getClassSchema(),
                            ModelUpdate.getClassSchema(),
                            RejectedSample.getClassSchema(),
                            ShardWeights.getClassSchema(),
                            TrainingControl.getClassSchema(),
                            PredictionRequest.getClassSchema(),
                            Prediction.getClassSchema(),
                            ServingEvent.getClassSchema())
                    .collect(Collectors.toMap(Schema::getName, Function.identity()));

    /** Added since the last release, which thus has none of them. */
    private static final Set<String> NEW =
            Set.of(
                    "ShardWeights",
                    "TrainingControl",
                    "PredictionRequest",
                    "Prediction",
                    "ServingEvent");

    @ParameterizedTest(name = "{0}")
    @MethodSource("releasedFiles")
    void currentReaderReadsWhatAReleasedWriterWrote(Path file) throws IOException {
        Schema released = parse(file);
        Schema current = current(file);

        SchemaCompatibility.SchemaPairCompatibility pair =
                SchemaCompatibility.checkReaderWriterCompatibility(current, released);

        assertThat(pair.getType())
                .as(pair.getDescription())
                .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    @Test
    void currentReaderReadsEveryReleasedVersionInOneTopic() throws Exception {
        for (Map.Entry<String, Schema> current : CURRENT.entrySet()) {
            List<Schema> versions = new ArrayList<>();
            for (Path file : releasedFiles().toList()) {
                if (file.getFileName().toString().equals(current.getKey() + ".avsc")) {
                    versions.add(parse(file));
                }
            }
            assertThat(versions.isEmpty())
                    .as(current.getKey())
                    .isEqualTo(NEW.contains(current.getKey()));
            // Throws with the reason when one of them cannot be read.
            new SchemaValidatorBuilder()
                    .canReadStrategy()
                    .validateAll()
                    .validate(current.getValue(), versions);
        }
    }

    /** A job finds the schema of an older solver by the fingerprint in its records. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("releasedFiles")
    void releasedSchemaIsCurrentOrOnTheClassPathByItsFingerprint(Path file) throws IOException {
        long fingerprint = SchemaNormalization.parsingFingerprint64(parse(file));
        if (SchemaNormalization.parsingFingerprint64(current(file)) == fingerprint) {
            return;
        }
        String resource = String.format("by-fingerprint/%016x.avsc", fingerprint);
        try (InputStream in = SolverOutput.class.getResourceAsStream(resource)) {
            assertThat(in).as("%s of %s", resource, file).isNotNull();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("currentNames")
    void everyTypeAndFieldIsDocumented(String name) {
        List<String> undocumented = new ArrayList<>();
        collectUndocumented(
                Objects.requireNonNull(CURRENT.get(name)), undocumented, new HashSet<>());

        assertThat(undocumented).isEmpty();
    }

    private static void collectUndocumented(
            Schema schema, List<String> undocumented, Set<String> visited) {
        switch (schema.getType()) {
            case RECORD, ENUM, FIXED -> {
                if (!visited.add(schema.getFullName())) {
                    return;
                }
                if (isBlank(schema.getDoc())) {
                    undocumented.add(schema.getFullName());
                }
                if (schema.getType() == Schema.Type.RECORD) {
                    collectUndocumentedFields(schema, undocumented, visited);
                }
            }
            case ARRAY -> collectUndocumented(schema.getElementType(), undocumented, visited);
            case MAP -> collectUndocumented(schema.getValueType(), undocumented, visited);
            case UNION ->
                    schema.getTypes()
                            .forEach(type -> collectUndocumented(type, undocumented, visited));
            default -> {} // Primitive types are documented by their fields.
        }
    }

    private static void collectUndocumentedFields(
            Schema schema, List<String> undocumented, Set<String> visited) {
        for (Schema.Field field : schema.getFields()) {
            if (isBlank(field.doc())) {
                undocumented.add(schema.getFullName() + "." + field.name());
            }
            collectUndocumented(field.schema(), undocumented, visited);
        }
    }

    private static boolean isBlank(@Nullable String doc) {
        return doc == null || doc.isBlank();
    }

    static Stream<String> currentNames() {
        return CURRENT.keySet().stream().sorted();
    }

    static Stream<Path> releasedFiles() throws IOException, URISyntaxException {
        URL folder = Objects.requireNonNull(CompatibilityTest.class.getResource("/released"));
        try (Stream<Path> tree = Files.walk(Path.of(folder.toURI()))) {
            return tree
                    .filter(file -> file.toString().endsWith(".avsc"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static Schema parse(Path file) throws IOException {
        return new Schema.Parser().parse(file.toFile());
    }

    private static Schema current(Path file) {
        String name = file.getFileName().toString().replace(".avsc", "");
        Schema current = CURRENT.get(name);
        assertThat(current).as("a current schema for released %s", file).isNotNull();
        return Objects.requireNonNull(current);
    }
}
