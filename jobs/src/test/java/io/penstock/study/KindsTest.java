package io.penstock.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.reservoir.ReservoirSpec;
import io.penstock.sample.SampleForm;
import io.penstock.solver.ExternalSolverSpec;
import io.penstock.solver.SolverField;
import io.penstock.solver.SolverSpec;
import io.penstock.surrogate.FnoSpec;
import io.penstock.surrogate.MpPdeSpec;
import io.penstock.surrogate.ResidualMlpSpec;
import io.penstock.surrogate.TorchScriptArchive;
import io.penstock.surrogate.TorchScriptSpec;
import io.penstock.surrogate.UNetSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sections whose keys depend on their kind: the solver and the surrogate. */
class KindsTest {
    private static final String PAIRED = "reservoir: {kind: sim-paired, threshold: 0}\n";

    private static Study study(String solver, String parameters, String fields, String more) {
        StringBuilder text =
                new StringBuilder("study: kinds\nsteps: 10\ntime-step: 0.01\n")
                        .append("ensemble: {simulations: 2, solver: {")
                        .append(solver)
                        .append("}}\nparameters:\n");
        for (String name : parameters.split(" ")) {
            text.append("  - {name: ").append(name).append(", min: 0, max: 1}\n");
        }
        text.append("fields:\n");
        for (String field : fields.split(" ")) {
            String[] parts = field.split("=");
            text.append("  - {name: ").append(parts[0]).append(", shape: ").append(parts[1]);
            text.append(", min: 0, max: 1}\n");
        }
        return StudyFile.parse("s.yaml", text + more, Path.of("/folder")).study();
    }

    private static Study advection(String more) {
        return study(
                "kind: advection1d, grid: [16]", "speed amplitude centre width", "u=[16]", more);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "kind: heat2d, grid: [4, 5] | initial west east south north | temperature=[4,5]",
                "kind: lorenz | sigma rho beta x0 y0 z0 | state=[3]",
                "kind: advection1d, grid: [16] | speed amplitude centre width | u=[16]",
                "kind: combined1d, grid: [16], modes: 1 | alpha beta gamma amplitude-1 frequency-1"
                        + " wavenumber-1 phase-1 | u=[16]",
                "kind: gray-scott2d, grid: [8, 8] | feed kill x y radius | u=[8,8] v=[8,8]",
                "kind: navier-stokes2d, grid: [16, 8] | viscosity forcing strength radius x1 y1 x2"
                        + " y2 | vorticity=[16,8]"
            })
    void everySolverIsRead(String solver, String parameters, String fields) {
        Study study = study(solver, parameters.strip(), fields.strip(), "");
        SolverSpec spec = study.solver().orElseThrow();

        assertThat(spec.parameters()).containsExactly(parameters.strip().split(" "));
        assertThat(solver).startsWith("kind: " + Study.kind(spec));
    }

    @Test
    void anExternalSolverTakesAndGivesWhatTheStudySays() {
        Study study =
                study(
                        "kind: external, command: [./heat, '10'], step-timeout: 3s",
                        "a b",
                        "u=[4] v=[2,2]",
                        "");

        assertThat(study.solver())
                .contains(
                        new ExternalSolverSpec(
                                List.of("./heat", "10"),
                                "/folder/.",
                                List.of("a", "b"),
                                List.of(
                                        new SolverField("u", List.of(4)),
                                        new SolverField("v", List.of(2, 2))),
                                Duration.ofSeconds(3)));
    }

    @Test
    void aSolverThatRefusesTheTimeStepNamesItsKey() {
        assertThatThrownBy(
                        () ->
                                StudyFile.parse(
                                        "s.yaml",
                                        StudyTexts.MINIMAL.replaceFirst(
                                                "time-step: [^\n]*", "time-step: 1e300"),
                                        Path.of("")))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(": time-step: 1.0E300 is not allowed; allowed: ");
    }

    @Test
    void everyArchitectureIsRead() {
        assertThat(advection("surrogate: {architecture: residual-mlp, width: 8, layers: 2}\n"))
                .extracting(study -> study.surrogate().architecture())
                .isEqualTo(new ResidualMlpSpec(8, 2));
        assertThat(advection("surrogate: {architecture: fno, modes: 3}\n"))
                .extracting(study -> study.surrogate().architecture())
                .isEqualTo(new FnoSpec(32, 4, 3));
        assertThat(advection("surrogate: {architecture: u-net, levels: 2, padding: periodic}\n"))
                .extracting(study -> study.surrogate().architecture())
                .isEqualTo(new UNetSpec(16, 2, UNetSpec.Padding.PERIODIC));
        Study mpPde =
                advection(
                        PAIRED
                                + "surrogate: {architecture: mp-pde, form: auto-regressive, bundle: 2,"
                                + " unroll: 1}\n");
        assertThat(mpPde.surrogate().architecture()).isEqualTo(new MpPdeSpec(64, 6, 3));
        assertThat(mpPde.surrogate().form()).isEqualTo(SampleForm.autoRegressive(2, 1));
        assertThat(mpPde.reservoir().kind()).isEqualTo(ReservoirSpec.Kind.SIM_PAIRED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "surrogate: {form: auto-regressive}\n"
                        + "|s.yaml:1: reservoir.kind: reservoir (the default) is not allowed; allowed:"
                        + " sim-paired, since surrogate.form is auto-regressive",
                PAIRED
                        + "|: reservoir.kind: sim-paired is not allowed; allowed: fifo, firo or"
                        + " reservoir, since surrogate.form is direct",
                PAIRED
                        + "surrogate: {form: auto-regressive, bundle: 4, unroll: 1}\n"
                        + "|: steps: 10 is not allowed; allowed: 12 or above, the (unroll + 2) × bundle"
                        + " steps that a window spans",
                PAIRED
                        + "surrogate: {form: auto-regressive}\ntraining: {shards: 2}\n"
                        + "|: training.shards: 2 is not allowed; allowed: 1, since surrogate.form is"
                        + " auto-regressive, and each of several shards would get steps that do not"
                        + " follow each other",
                "reservoir: {kind: sim-paired, capacity: 15, threshold: 0}\n"
                        + "surrogate: {form: auto-regressive}\n"
                        + "|: reservoir.capacity: 15 is not allowed; allowed: 20 or above, the steps of"
                        + " one simulation more than run at once",
                "surrogate: {architecture: mp-pde}\n|: surrogate.architecture: ",
                "surrogate: {architecture: fno, modes: 9}\n|: surrogate.modes: 9 is not allowed",
                "surrogate: {architecture: u-net, levels: 5}\n|: surrogate.levels: 5 is not allowed"
            })
    void whatDoesNotFitSaysWhy(String textAndError) {
        String[] parts = textAndError.split("\\|");

        assertThatThrownBy(() -> advection(parts[0]))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining(parts[1]);
    }

    private static Study brought(String module) {
        return StudyFile.parse(
                        "s.yaml",
                        """
                        study: brought
                        steps: 5
                        time-step: 0.5
                        parameters: [{name: a, min: 0, max: 1}, {name: b, min: 0, max: 1}]
                        fields: [{name: u, shape: [3, 4], min: 0, max: 1}]
                        surrogate:
                          architecture: torch-script
                        """
                                + module,
                        Path.of("..", "operators", "src", "test"))
                .study();
    }

    @Test
    void aModuleIsReadFromItsFile() throws IOException {
        Study study = brought("  module: resources/io/penstock/surrogate/direct.pt\n");
        byte[] file =
                Files.readAllBytes(
                        Path.of("../operators/src/test/resources/io/penstock/surrogate/direct.pt"));

        assertThat(study.surrogate().architecture())
                .isEqualTo(new TorchScriptSpec(new TorchScriptArchive(file)));
        assertThat(MemoryNeed.weights(study)).isEqualTo(4 * (72 + 24 + 576 + 24 + 288 + 12));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none.pt | ../operators/src/test/none.pt (no such file) is not allowed; allowed:"
                        + " the path, relative to the study file, of a TorchScript module of at most",
                "resources | ../operators/src/test/resources (no such file) is not allowed",
                "torchscript/make_modules.py | a file that cannot be loaded (",
                "resources/io/penstock/surrogate/ring.pt | a module that fails (forward() is missing"
                        + " value for argument 'fields'."
            })
    void aModuleThatCannotBeUsedNamesTheLine(String path, String error) {
        assertThatThrownBy(() -> brought("  module: " + path + '\n'))
                .isInstanceOf(StudyException.class)
                .hasMessageStartingWith("s.yaml:8: surrogate.module: " + error);
    }

    @Test
    void aModuleOfYourOwnNeedsItsFile() {
        assertThatThrownBy(() -> brought(""))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("s.yaml:7: surrogate.module is missing; allowed: a text,");
    }
}
