package io.penstock.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.reservoir.NewestSpec;
import io.penstock.reservoir.ReservoirSpec;
import io.penstock.sample.Quantity;
import io.penstock.solver.Heat2dSpec;
import io.penstock.solver.SamplerKind;
import io.penstock.surrogate.MlpSpec;
import io.penstock.training.ContinualSpec;
import io.penstock.training.LearningRateSchedule;
import io.penstock.training.MergeSpec;
import io.penstock.training.OptimiserSpec;
import io.penstock.training.PaceSpec;
import io.penstock.training.TrainingSpec;
import io.penstock.training.ValidationSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StudyFileTest {
    @TempDir Path folder;

    private static Study study(String text) {
        return StudyFile.parse("s.yaml", text, Path.of("")).study();
    }

    @Test
    void fillsInTheDefaults() {
        Study study = study(StudyTexts.MINIMAL);

        assertThat(study.reservoir())
                .isEqualTo(
                        new ReservoirSpec(
                                ReservoirSpec.Kind.RESERVOIR,
                                6000,
                                1000,
                                1,
                                NewestSpec.NONE,
                                ReservoirSpec.Checkpoint.REFERENCE));
        assertThat(study.training())
                .isEqualTo(
                        new TrainingSpec(
                                10,
                                new OptimiserSpec(
                                        OptimiserSpec.Kind.ADAM,
                                        1e-3,
                                        0,
                                        0.9,
                                        0.999,
                                        1e-8,
                                        0,
                                        new LearningRateSchedule(0, 0.5, 4)),
                                ContinualSpec.NONE,
                                new PaceSpec(PaceSpec.Kind.CONTINUOUS, 1),
                                1,
                                new MergeSpec(
                                        MergeSpec.Schedule.CONSTANT,
                                        200,
                                        0.9,
                                        20,
                                        0,
                                        MergeSpec.Moments.LOCAL,
                                        MergeSpec.RateScaling.NONE,
                                        Duration.ofMinutes(1)),
                                0,
                                TrainingSpec.Until.ENSEMBLE_FINISHED,
                                Duration.ofSeconds(1)));
        assertThat(study.validation()).isEqualTo(new ValidationSpec(4, 200, 64));
        assertThat(study.kafka())
                .isEqualTo(new KafkaSettings(null, "", 1, (short) 1, 16 << 20, null));
        assertThat(study.output()).isEqualTo(new OutputSettings(Path.of("runs"), null, 3));
        assertThat(study.solver()).contains(new Heat2dSpec(List.of(8, 8), 10.0, 1.0, 0.01, 1e-6));
        assertThat(study.ensemble())
                .isEqualTo(
                        new EnsembleSettings(
                                new Heat2dSpec(List.of(8, 8), 10, 1, 0.01, 1e-6),
                                10,
                                1,
                                SamplerKind.MONTE_CARLO,
                                Duration.ofSeconds(5),
                                Duration.ofMinutes(5),
                                3));
    }

    @Test
    void readsValuesByTheTypeTheirKeyHas() {
        Study study =
                study(
                        StudyTexts.EXTERNAL.replace("study: external", "study: no")
                                + """
                                seed: -7
                                time-unit: 5
                                kafka: {max-record-bytes: 2MiB, topic-prefix: on, partitions:}
                                training:
                                  pace: {samples-per-insert: 2.5}
                                  optimiser: {kind: sgd, learning-rate: 1e-2}
                                  report-interval: 250ms
                                reservoir: {kind: firo, capacity: 6_000, pseudo-epochs: 3}
                                surrogate: {normalizer: moments, hidden: []}
                                """);

        assertThat(study.name()).isEqualTo("no");
        assertThat(study.seed()).isEqualTo(-7);
        assertThat(study.timeUnit()).isEqualTo("5");
        assertThat(study.kafka().topicPrefix()).isEqualTo("on");
        assertThat(study.kafka().partitions()).isEqualTo(1);
        assertThat(study.kafka().maxRecordBytes()).isEqualTo(2 << 20);
        assertThat(study.training().pace())
                .isEqualTo(new PaceSpec(PaceSpec.Kind.SAMPLES_PER_INSERT, 2.5));
        assertThat(study.training().optimiser().kind()).isEqualTo(OptimiserSpec.Kind.SGD);
        assertThat(study.training().optimiser().learningRate()).isEqualTo(0.01);
        assertThat(study.training().reportInterval()).isEqualTo(Duration.ofMillis(250));
        assertThat(study.reservoir().capacity()).isEqualTo(6000);
        assertThat(study.surrogate().architecture()).isEqualTo(new MlpSpec(List.of()));
    }

    @Test
    void timeRunsFromTheFirstStepToTheLast() {
        assertThat(study(StudyTexts.EXTERNAL).sampleSpec().time())
                .isEqualTo(new Quantity("time", "s", 0.5, 2.5));
        assertThat(study(StudyTexts.EXTERNAL.replace("steps: 5", "steps: 1")).sampleSpec().time())
                .isEqualTo(new Quantity("time", "s", 0, 0.5));
    }

    @Test
    void studyWithoutAnEnsembleRequestsNothing() {
        Study external = study(StudyTexts.EXTERNAL);
        assertThat(external.solver()).isEmpty();
        assertThat(external.requestPlan()).isEmpty();
    }

    @Test
    void externalSolversAreAskedForTheSimulationsOfAnEnsemble() {
        Study asked =
                study(
                        StudyTexts.EXTERNAL.replace(
                                        "parameters: []", "parameters: [{name: a, min: 0, max: 1}]")
                                + "ensemble: {simulations: 3}\n");
        assertThat(asked.solver()).isEmpty();
        assertThat(asked.requestPlan().orElseThrow().simulations()).isEqualTo(3 + 4);
    }

    @Test
    void requestsValidationAndTrainingSimulations() {
        assertThat(study(StudyTexts.MINIMAL).requestPlan().orElseThrow().simulations())
                .isEqualTo(14);
    }

    static List<String> bundled() {
        return StudyFile.BUNDLED;
    }

    @ParameterizedTest
    @MethodSource("bundled")
    void bundledStudiesAreGood(String name) {
        Study study = StudyFile.find(name).study();

        assertThat(study.name()).isEqualTo(name);
        assertThat(study.solver()).isPresent();
        assertThat(study.shardSpec().sample().outputs()).isEqualTo(study.fields().get(0).cells());
        assertThat(MemoryNeed.of(study).total()).isLessThan(1L << 30);
    }

    @Test
    void fileIsPreferredToTheBundledStudyOfItsName() throws Exception {
        Path file = Files.writeString(folder.resolve("heat2d-demo"), StudyTexts.MINIMAL);

        assertThat(StudyFile.find(file.toString()).study().name()).isEqualTo("small");
        assertThat(StudyFile.find("heat2d-demo").name()).isEqualTo("heat2d-demo");
    }

    @Test
    void clientPropertiesAreFoundBesideTheStudy() throws Exception {
        Files.writeString(folder.resolve("client.properties"), "security.protocol=SSL\n");
        Path file =
                Files.writeString(
                        folder.resolve("s.yaml"),
                        StudyTexts.EXTERNAL
                                + "kafka: {bootstrap-servers: 'a:1,b:2',"
                                + " client-properties: client.properties}\n");

        assertThat(StudyFile.read(file).study().kafka().clientConfig())
                .containsEntry("security.protocol", "SSL")
                .containsEntry("bootstrap.servers", "a:1,b:2");
    }

    @Test
    void overridesChangeOnlyWhatTheyName() {
        Study study = study(StudyTexts.MINIMAL);
        Study other =
                study.withSeed(9).withBootstrapServers("h:9092").withOutputFolder(Path.of("out"));

        assertThat(other.seed()).isEqualTo(9);
        assertThat(other.kafka().bootstrapServers()).isEqualTo("h:9092");
        assertThat(other.output().folder()).isEqualTo(Path.of("out"));
        assertThat(other.withSeed(study.seed()).withOutputFolder(study.output().folder()))
                .isEqualTo(study.withBootstrapServers("h:9092"));
    }

    @Test
    void saysWhyARunIsNotReproducible() {
        String counted = "training: {pace: {samples-per-insert: 4}}\n";

        assertThat(study(StudyTexts.MINIMAL + counted).reproducibilityGaps()).isEmpty();
        assertThat(study(StudyTexts.MINIMAL).reproducibilityGaps())
                .singleElement()
                .asString()
                .contains("training.pace is continuous");
        String concurrent =
                StudyTexts.MINIMAL.replace("simulations: 10", "simulations: 10\n  concurrency: 2");
        assertThat(study(concurrent + counted + "kafka: {partitions: 3}\n").reproducibilityGaps())
                .hasSize(2)
                .anyMatch(gap -> gap.startsWith("kafka.partitions is 3"))
                .anyMatch(gap -> gap.startsWith("ensemble.concurrency is 2"));
        assertThat(study(StudyTexts.EXTERNAL + counted).reproducibilityGaps())
                .containsExactly("external producers decide the order of the samples");
    }
}
