package io.penstock.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import io.penstock.setting.InvalidSettingException;
import io.penstock.surrogate.Surrogate.NamedWeight;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TorchScriptSpecTest {
    private static Surrogate create(String module, NetworkShape shape) {
        return new NetworkCase(TorchScriptModules.spec(module), shape).create(1);
    }

    private static List<String> names(Surrogate surrogate) {
        return surrogate.weights().stream().map(NamedWeight::name).toList();
    }

    @Test
    void trainingBeginsFromTheWeightsOfTheFile() throws IOException {
        byte[] archive = TorchScriptModules.archive("direct");
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                PtSymbolBlock module =
                        JniUtils.loadModule(
                                (PtNDManager) manager,
                                new ByteArrayInputStream(archive),
                                true,
                                false);
                Surrogate surrogate = create("direct", TorchScriptModules.DIRECT)) {
            NDList inFile = JniUtils.moduleGetParams(module, (PtNDManager) manager);
            for (NamedWeight weight : surrogate.weights()) {
                assertThat(weight.values().toFloatArray())
                        .isEqualTo(inFile.get(weight.name()).toFloatArray());
            }
        }
    }

    @Test
    void trainsWhatRequiresAGradientUnderItsNameInTheModule() {
        try (Surrogate surrogate = create("direct", TorchScriptModules.DIRECT)) {
            assertThat(names(surrogate))
                    .containsExactly(
                            "first.weight",
                            "first.bias",
                            "second.weight",
                            "second.bias",
                            "last.weight",
                            "last.bias");
            assertThat(surrogate.size()).isEqualTo(72 + 24 + 576 + 24 + 288 + 12);
        }
    }

    @Test
    void whatHasTwoNamesIsOneWeight() {
        try (Surrogate surrogate = create("ring", TorchScriptModules.RING)) {
            assertThat(names(surrogate))
                    .containsExactly(
                            "lift.weight",
                            "lift.bias",
                            "inner.weight",
                            "inner.bias",
                            "project.weight",
                            "project.bias");
        }
    }

    @Test
    void isKnownByItsArchive() {
        TorchScriptSpec spec = TorchScriptModules.spec("direct");
        assertThat(spec).isEqualTo(TorchScriptModules.spec("direct"));
        assertThat(spec.sizes())
                .matches("sha256 [0-9a-f]{16}")
                .isNotEqualTo(TorchScriptModules.spec("ring").sizes());
    }

    @Test
    void withoutWeightsItIsTheProgramAndItsConstants() throws IOException {
        TorchScriptSpec stripped = TorchScriptModules.spec("direct").withoutWeights();
        try (Surrogate bare = new NetworkCase(stripped, TorchScriptModules.DIRECT).create(1);
                Surrogate trained = create("direct", TorchScriptModules.DIRECT);
                NDManager scope = bare.manager().newSubManager()) {
            for (NamedWeight weight : bare.weights()) {
                assertThat(weight.values().toFloatArray()).containsOnly(0);
            }
            Safetensors.read(
                    bare.weights(), new ByteArrayInputStream(ModelFilesTest.weights(trained)));
            NDArray inputs = scope.create(new float[][] {{0.5f, -1, 2}});
            assertThat(bare.forward(new NDList(inputs), false).toFloatArray())
                    .isEqualTo(trained.forward(new NDList(inputs), false).toFloatArray());
        }
    }

    @Test
    void modulesThatFitAreNotRefused() {
        assertThatCode(
                        () -> {
                            TorchScriptModules.spec("direct").check(TorchScriptModules.DIRECT);
                            TorchScriptModules.spec("ring").check(TorchScriptModules.RING);
                        })
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "two-arguments    | fails (forward() is missing value for argument 'b'",
                "no-forward       | fails (Method 'forward' is not defined.",
                "no-tensor        | fails (Unsupported IValue type.)",
                "wrong-width      | fails (RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x12)",
                "seven-outputs    | forward gives float32 (2, 7) is not allowed; allowed: one that gives 12 outputs a sample",
                "one-sample       | forward gives float32 (1, 12) is not",
                "float64-outputs  | forward gives float64 (2, 12) is not",
                "no-parameters    | without parameters to train is not allowed; allowed: a module with parameters",
                "doubles          | parameter last.weight is float64 (12, 3) is not allowed; allowed: parameters of float32",
                "transposed       | parameter last.weight is not contiguous",
                "unused-parameter | outputs do not depend on its parameter other",
                "running-mean     | that a forward pass changes, as batch normalisation does",
                "dropout          | draws random numbers, as dropout does",
                "in-place         | changes what forward is given"
            })
    void refusesAModuleThatCannotBeTrained(String module, String reason) {
        assertThatThrownBy(() -> TorchScriptModules.spec(module).check(TorchScriptModules.DIRECT))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class, e -> assertThat(e.key()).isEqualTo("module"))
                .hasMessageContaining(reason);
    }

    @Test
    void refusesAModuleOfTheOtherForm() {
        assertThatThrownBy(() -> TorchScriptModules.spec("direct").check(TorchScriptModules.RING))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("for operator 'forward', but received 3 argument(s)")
                .hasMessageContaining("takes [(2, 3), (2, 1, 3, 4)] for 2 samples");
        assertThatThrownBy(() -> TorchScriptModules.spec("ring").check(TorchScriptModules.DIRECT))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("missing value for argument 'fields'");
    }

    @Test
    void refusesWhatIsNoArchive() {
        TorchScriptSpec text =
                new TorchScriptSpec(
                        new TorchScriptArchive("a text".getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> text.check(TorchScriptModules.DIRECT))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("module: a file that cannot be loaded")
                .hasMessageContaining("torch.jit.save");
        byte[] cut = Arrays.copyOf(TorchScriptModules.archive("direct"), 5000);
        assertThatThrownBy(
                        () ->
                                new TorchScriptSpec(new TorchScriptArchive(cut))
                                        .check(TorchScriptModules.DIRECT))
                .isInstanceOf(InvalidSettingException.class);
        assertThatThrownBy(() -> new TorchScriptArchive(new byte[(16 << 20) + 1]))
                .hasMessage(
                        "module: 16777217 bytes is not allowed; allowed: the archive of a"
                                + " TorchScript module, at most 16777216 bytes");
        assertThatThrownBy(() -> TorchScriptArchive.of("?"))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("gzip in Base64");
    }
}
