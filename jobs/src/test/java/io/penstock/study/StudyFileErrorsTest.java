package io.penstock.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.setting.InvalidSettingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StudyFileErrorsTest {
    @TempDir Path folder;

    private static String errorOf(String text) {
        try {
            StudyFile.parse("s.yaml", text, Path.of(""));
        } catch (StudyException e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("accepted: " + text);
    }

    /** The error of the minimal study (15 lines, so the first further line is 16) with more. */
    private static String errorWith(String more) {
        return errorOf(StudyTexts.MINIMAL + more);
    }

    private static String errorReplacing(String part, String replacement) {
        assertThat(StudyTexts.MINIMAL).contains(part);
        return errorOf(StudyTexts.MINIMAL.replaceFirst(Pattern.quote(part), replacement));
    }

    @Test
    void missingFileNamesItAndTheBundledStudies() {
        assertThatThrownBy(() -> StudyFile.find(folder + "/none.yaml"))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(folder + "/none.yaml: no such file")
                .hasMessageContaining("heat2d-demo");
    }

    @Test
    void keyOfAnotherKindOfItsSectionIsUnknown() {
        assertThat(errorReplacing("kind: heat2d", "kind: heat3d"))
                .contains("ensemble.solver.kind: \"heat3d\" is not allowed; allowed: ")
                .doesNotContain("grid");
        assertThat(errorWith("surrogate: {modes: 3}\n"))
                .contains(
                        "unknown key surrogate.modes; there is one with architecture fno; allowed in"
                                + " surrogate with architecture mlp: architecture, hidden,");
    }

    @Test
    void directSurrogateHasNoBundle() {
        assertThat(errorWith("surrogate: {bundle: 2}\n"))
                .endsWith("s.yaml:15: surrogate.bundle: 2 is not allowed; allowed: 1 to 1");
    }

    @Test
    void folderIsNotAStudy() {
        assertThatThrownBy(() -> StudyFile.read(folder))
                .isInstanceOf(StudyException.class)
                .hasMessage(folder + " is a folder, not a study file");
    }

    @Test
    void binaryFileIsNotAStudy() throws Exception {
        Path file = Files.write(folder.resolve("b.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertThatThrownBy(() -> StudyFile.read(file))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(file + " is not UTF-8 text");
    }

    @Test
    void hugeFileIsNotRead() throws Exception {
        Path file = Files.write(folder.resolve("b.yaml"), new byte[(1 << 20) + 1]);

        assertThatThrownBy(() -> StudyFile.read(file))
                .isInstanceOf(StudyException.class)
                .hasMessage(file + " has 1048577 bytes; a study file has at most 1048576");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# only a comment\n", "---\n"})
    void emptyFileSaysWhatIsNeeded(String text) {
        assertThat(errorOf(text))
                .isEqualTo(
                        "s.yaml is empty; a study needs at least"
                                + " study, steps, time-step, parameters, fields");
    }

    @ParameterizedTest
    @ValueSource(strings = {"- a\n- b\n", "just text\n", "42\n"})
    void otherYamlIsNotAStudy(String text) {
        assertThat(errorOf(text)).startsWith("s.yaml:1: not a study");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "study: a\\nsteps: [1, 2\\nfields: x | s.yaml:3: not YAML",
                "study: a\\n\\tsteps: 1            | s.yaml:2: not YAML",
                "study: a\\nsteps: \"unclosed     | s.yaml:2: not YAML",
                "study: a\\n---\\nstudy: b        | s.yaml:2: not YAML",
                "study: a\\nsteps: *nowhere       | s.yaml:2: not YAML"
            })
    void notYamlNamesTheLine(String text, String message) {
        assertThat(errorOf(text.strip().replace("\\n", "\n").replace("\\t", "\t")))
                .startsWith(message);
    }

    @Test
    void controlCharacterIsNamedWithItsLine() {
        assertThat(errorOf("study: a\nsteps: \u0007\n"))
                .isEqualTo("s.yaml:2: not YAML: character U+0007 is not allowed");
    }

    @Test
    void requiredKeyWithNothingAfterItIsMissingInItsLine() {
        assertThat(errorReplacing("steps: 5", "steps:")).startsWith("s.yaml:2: steps is missing");
    }

    @Test
    void unknownKeyNamesTheNearestAndAllAllowedOnes() {
        assertThat(errorWith("reservoir:\n  treshold: 5\n"))
                .isEqualTo(
                        "s.yaml:16: unknown key reservoir.treshold; did you mean threshold?;"
                                + " allowed in reservoir: kind, capacity, threshold,"
                                + " pseudo-epochs, newest, checkpoint");
    }

    @Test
    void unknownKeyOfAnotherSectionIsPointedThere() {
        assertThat(errorWith("capacity: 5\n"))
                .startsWith(
                        "s.yaml:15: unknown key capacity; did you mean reservoir.capacity?;"
                                + " allowed at the top: study, seed,");
    }

    @Test
    void unknownKeyLikeNoOtherListsTheAllowedOnes() {
        assertThat(errorReplacing("{name: west,", "{name: west, zzzzzzzzzz: 1,"))
                .isEqualTo(
                        "s.yaml:6: unknown key parameters[1].zzzzzzzzzz;"
                                + " allowed in parameters[1]: name, unit, min, max");
    }

    @Test
    void duplicateKeyNamesBothLines() {
        assertThat(errorWith("steps: 6\n"))
                .isEqualTo("s.yaml:15: steps stands here again; it is already in line 2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reservoir: {capacity: many}    | reservoir.capacity: \"many\" is not allowed; allowed: a whole number, 1 or above",
                "reservoir: {capacity: 1.5}     | reservoir.capacity: \"1.5\" is not allowed; allowed: a whole number, 1 or above",
                "reservoir: {capacity: 3000000000} | reservoir.capacity: \"3000000000\" is not allowed; allowed: a whole number, 1 or above",
                "reservoir: {capacity: [1]}     | reservoir.capacity: this list is not allowed; allowed: a whole number, 1 or above",
                "reservoir: {kind: lifo}        | reservoir.kind: \"lifo\" is not allowed; allowed: one of fifo, firo, reservoir, sim-paired",
                "reservoir: 5                   | reservoir: \"5\" is not allowed; allowed: a section of keys",
                "surrogate: {hidden: 256}       | surrogate.hidden: \"256\" is not allowed; allowed: a list of whole numbers, each 1 to 1048576",
                "surrogate: {hidden: [a]}       | surrogate.hidden: this list is not allowed; allowed: a list of whole numbers, each 1 to 1048576",
                "training: {pace: fast}         | training.pace: \"fast\" is not allowed; allowed: continuous, or {samples-per-insert: a number}",
                "training: {pace: {samples: 4}} | training.pace: this section is not allowed; allowed: continuous, or {samples-per-insert: a number}",
                "training: {optimiser: {kind: lion}} | training.optimiser.kind: \"lion\" is not allowed; allowed: one of adam, sgd",
                "training: {optimiser: {learning-rate: .nan}} | training.optimiser.learning-rate: \".nan\" is not allowed; allowed: a number, above 0",
                "checkpoints: {interval: 10}    | checkpoints.interval: \"10\" is not allowed; allowed: a duration such as 500ms, 10s, 5m or 2h, 100ms to 10m",
                "kafka: {max-record-bytes: big} | kafka.max-record-bytes: \"big\" is not allowed; allowed: a number of bytes such as 1048576, 500kB or 16MiB, 1KiB to 1GiB",
                "seed: 1e3                      | seed: \"1e3\" is not allowed; allowed: a whole number"
            })
    void wrongTypeNamesTheValueAndWhatIsAllowed(String line, String message) {
        assertThat(errorWith(line + "\n")).isEqualTo("s.yaml:15: " + message);
    }

    @Test
    void severalShardsNormaliseAlikeOnly() {
        assertThat(errorWith("training: {shards: 2}\nsurrogate: {normalizer: moments}\n"))
                .isEqualTo(
                        "s.yaml:16: surrogate.normalizer: moments is not allowed; allowed: ranges,"
                                + " since training.shards is 2 and shards that normalise with"
                                + " moments of their own samples cannot be merged");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reservoir: {capacity: 0}             | reservoir.capacity: 0 is not allowed; allowed: 1 or above",
                "reservoir: {capacity: 9, threshold: 9} | reservoir.threshold: 9 is not allowed; allowed: below the capacity (9)",
                "reservoir: {capacity: 500}           | reservoir.threshold: 1000 (the default) is not allowed; allowed: below the capacity (500)",
                "reservoir: {capacity: 8, threshold: 2} | training.batch: 10 (the default) is not allowed; allowed: at most the reservoir.capacity (8), since a batch is drawn from the reservoir",
                "training: {batch: 7000}              | training.batch: 7000 is not allowed; allowed: at most the reservoir.capacity (6000), since a batch is drawn from the reservoir",
                "training: {shards: 129}              | training.shards: 129 is not allowed; allowed: 1 to 128",
                "training: {merge: {every: 0}}        | training.merge.every: 0 is not allowed; allowed: 1 or above",
                "training: {merge: {factor: 1.5}}     | training.merge.factor: 1.5 is not allowed; allowed: above 0 and at most 1",
                "training: {merge: {overlap: 200}}    | training.merge.overlap: 200 is not allowed; allowed: 0 to 199, since the next round may begin 200 steps after this one",
                "training: {merge: {overlap: 9, schedule: final}} | training.merge.overlap: 9 is not allowed; allowed: 0 with schedule final, whose round comes after the last step",
                "reservoir: {kind: fifo, newest: {share: 0.5}} | reservoir.newest.share: 0.5 is not allowed; allowed: 0 except with kind firo or reservoir, which draw any sample alike",
                "training: {continual: {distillation: 1}} | training.continual.distillation: 1.0 is not allowed; allowed: 0 or above and below 1",
                "training: {shards: 2, continual: {weight-averaging: 0.5}} | training.continual.weight-averaging: 0.5 is not allowed; allowed: 0, since training.shards is 2 and what rounds make of several shards is published as it is",
                "training: {merge: {overlap: 9, moments: averaged}} | training.merge.overlap: 9 is not allowed; allowed: 0 with averaged moments, which cannot be moved by a difference",
                "training: {merge: {patience: 1ms}}   | training.merge.patience: 1ms is not allowed; allowed: 100ms to 24h",
                "training: {optimiser: {beta1: 1}}    | training.optimiser.beta1: 1.0 is not allowed; allowed: 0 or above and below 1",
                "training: {optimiser: {schedule: {factor: 2}}} | training.optimiser.schedule.factor: 2.0 is not allowed; allowed: above 0 and at most 1",
                "training: {report-interval: 1ms}     | training.report-interval: 1ms is not allowed; allowed: 50ms to 1h",
                "training: {pace: {samples-per-insert: 0}} | training.pace.samples-per-insert: 0.0 is not allowed; allowed: above 0 and at most 1000000",
                "checkpoints: {interval: 1ms}         | checkpoints.interval: 1ms is not allowed; allowed: 100ms to 10m",
                "kafka: {bootstrap-servers: nowhere}  | kafka.bootstrap-servers: nowhere is not allowed; allowed: HOST:PORT, several separated by commas",
                "kafka: {replication: 0}              | kafka.replication: 0 is not allowed; allowed: 1 to 16",
                "validation: {simulations: 1000000000} | validation.simulations: 1000000000 is not allowed; allowed: 0 to 1000000"
            })
    void valueOutOfRangeNamesItAndWhatIsAllowed(String line, String message) {
        String error = errorWith(line + "\n");
        assertThat(error).endsWith(": " + message).matches("(?s)s\\.yaml:\\d+: .*");
    }

    @Test
    void valueOutOfRangeNamesItsLineOrThatOfItsSection() {
        assertThat(errorWith("reservoir:\n  kind: fifo\n  capacity: 0\n"))
                .startsWith("s.yaml:17: ");
        assertThat(errorWith("seed: 1\nreservoir:\n  capacity: 500\n")).startsWith("s.yaml:16: ");
        assertThat(errorReplacing("min: 100", "min: 600"))
                .isEqualTo(
                        "s.yaml:5: parameters[0].max: 500.0 is not allowed;"
                                + " allowed: a number above min (600.0)");
    }

    @Test
    void missingRequiredKeysAreAllListed() {
        assertThat(errorOf("study: a\nsteps: 2\nfields:\n  - {name: u, shape: [2], min: 0}\n"))
                .isEqualTo(
                        """
                        s.yaml:1: time-step is missing; allowed: a number, above 0
                        s.yaml:1: parameters is missing; allowed: a list of sections, at most 1024
                        s.yaml:4: fields[0].max is missing; allowed: a number, above min""");
    }

    @Test
    void problemsAreListedInTheOrderOfTheFile() {
        assertThat(errorWith("reservoir: {capacity: many}\nsed: 1\n").lines())
                .hasSize(2)
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("s.yaml:15: reservoir.capacity"),
                        second ->
                                assertThat(second)
                                        .startsWith(
                                                "s.yaml:16: unknown key sed; did you mean seed?"));
    }

    @Test
    void solverMustAgreeWithParametersFieldsAndTimeStep() {
        assertThat(errorReplacing("name: east", "name: eats"))
                .startsWith("s.yaml:4: parameters: [initial, west, eats, south, north]")
                .contains("[initial, west, east, south, north], in this order");
        assertThat(errorReplacing("shape: [8, 8]", "shape: [8, 9]"))
                .startsWith("s.yaml:10: fields: [temperature [8, 9]]")
                .contains("[temperature [8, 8]], which the solver heat2d computes");
        assertThat(errorReplacing("grid: [8, 8]", "grid: [64]"))
                .startsWith("s.yaml:13: ensemble.solver.grid: [64]");
        assertThat(errorReplacing("grid: [8, 8]", "grid: [8, 8], tolerance: 1"))
                .startsWith("s.yaml:13: ensemble.solver.tolerance: 1 ");
        assertThat(errorReplacing("time-step: 0.01", "time-step: 1e300"))
                .startsWith("s.yaml:3: time-step: 1.0E300");
    }

    @Test
    void namesMustBeDistinctAndLeaveTheTimeItsOwn() {
        assertThat(
                        errorOf(
                                StudyTexts.EXTERNAL.replace(
                                        "parameters: []",
                                        "parameters: [{name: time, min: 0, max: 1}]")))
                .startsWith("s.yaml:4: parameters[0].name: \"time\"")
                .contains("last input is the time");
        assertThat(errorOf(StudyTexts.EXTERNAL + "  - {name: u, shape: [3], min: 0, max: 1}\n"))
                .startsWith("s.yaml:7: fields[1].name: \"u\"");
        assertThat(errorReplacing("study: small", "study: Größe"))
                .startsWith("s.yaml:1: study: \"Größe\"");
    }

    @Test
    void timeStepMustFitIntoARecord() {
        String grown = StudyTexts.EXTERNAL.replace("shape: [3]", "shape: [1000, 1000]");

        assertThat(errorOf(grown + "kafka: {max-record-bytes: 1MiB}\n"))
                .matches(
                        "s.yaml:7: kafka.max-record-bytes: 1048576 is not allowed; allowed: 4000\\d\\d\\d or above, .*");
    }

    @Test
    void fifoCannotDrawASampleTwice() {
        assertThat(
                        errorWith(
                                "reservoir: {kind: fifo}\ntraining: {pace: {samples-per-insert: 2}}\n"))
                .isEqualTo(
                        "s.yaml:16: training.pace.samples-per-insert: 2.0 is not allowed;"
                                + " allowed: at most 1, since fifo draws every sample once");
        assertThat(
                        errorWith(
                                "reservoir: {kind: firo, pseudo-epochs: 3}\ntraining: {pace: {samples-per-insert: 4}}\n"))
                .contains("at most 3, since firo");
    }

    @Test
    @Timeout(5)
    void anchorsAreRefusedSoThatNothingCanExpand() {
        String bomb =
                "a: &a [x, x, x, x, x, x, x, x, x]\n"
                        + "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
                        + "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
                        + "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
                        + "fields: *d\n";

        assertThat(errorOf(bomb)).contains("fields uses an anchor or alias (& or *)");
        assertThat(errorWith("reservoir: &r {capacity: 5000}\n"))
                .startsWith("s.yaml:15: reservoir uses an anchor or alias");
        assertThat(errorWith("surrogate: {hidden: [&h 5, *h]}\n"))
                .startsWith("s.yaml:15: surrogate.hidden: this list is not allowed");
    }

    @Test
    @Timeout(5)
    void deepNestingIsRefused() {
        assertThat(errorOf("study: " + "[".repeat(100_000))).contains("not YAML");
    }

    @Test
    void unreadableClientPropertiesAreNamed() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("s.yaml"),
                        StudyTexts.EXTERNAL + "kafka: {client-properties: none.properties}\n",
                        StandardCharsets.UTF_8);
        KafkaSettings kafka = StudyFile.read(file).study().kafka();

        assertThatThrownBy(kafka::clientConfig)
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("none.properties")
                .hasMessageContaining("a readable Java properties file");
    }

    @Test
    void laterFindingsNameTheFileAndTheLineToo() {
        StudyFile file = StudyFile.parse("s.yaml", StudyTexts.MINIMAL, Path.of(""));

        assertThat(file.invalid(new InvalidSettingException("reservoir.capacity", 6000, "less")))
                .hasMessage(
                        "s.yaml:1: reservoir.capacity: 6000 (the default) is not allowed; allowed: less");
        assertThat(file.invalid(new InvalidSettingException("ensemble.heartbeat", "5s", "more")))
                .hasMessageStartingWith("s.yaml:12: ensemble.heartbeat: 5s (the default)");
    }

    @Test
    void durationsAreWrittenAsTheyAreRead() {
        for (String text : new String[] {"0s", "500ms", "10s", "5m", "2h", "90s"}) {
            assertThat(Durations.parse(text).map(Durations::format)).contains(text);
        }
        assertThat(Durations.parse("10")).isEmpty();
        assertThat(Durations.parse("-1s")).isEmpty();
        assertThat(Durations.parse("5 m")).contains(Duration.ofMinutes(5));
    }

    @Test
    void sizesAreReadWithTheirUnits() {
        assertThat(Sizes.parse("16777216")).contains(16L << 20);
        assertThat(Sizes.parse("16 MiB")).contains(16L << 20);
        assertThat(Sizes.parse("5kB")).contains(5000L);
        assertThat(Sizes.parse("999999999999GiB")).isEmpty();
        assertThat(Sizes.parse("-1")).isEmpty();
        assertThat(Sizes.format(900)).isEqualTo("900 B");
        assertThat(Sizes.format(1536)).isEqualTo("1.50 KiB");
        assertThat(Sizes.format(6000L * 40_024)).isEqualTo("229.0 MiB");
    }
}
