package io.penstock.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Normalizer;
import io.penstock.sample.Quantity;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchScriptExportTest {
    private static final SampleSpec SAMPLE =
            new SampleSpec(
                    "export",
                    List.of(new Quantity("a", "K", 0, 1), new Quantity("b", "K", -1, 1)),
                    new Quantity("time", "s", 0, 20),
                    List.of(new FieldSpec("u", "K", List.of(3, 4), -2, 2)),
                    20,
                    1 << 20);
    private static final String PYTHON = "/usr/bin/python3";
    private static final int NO_TORCH = 77;
    private static final String SCRIPT =
            """
            import sys
            try:
                import torch
            except ImportError:
                sys.exit(%d)
            outputs = torch.jit.load(sys.argv[1])(torch.tensor([[0.5, -0.25, 1.0]]))
            print(*outputs[0].tolist())
            """
                    .formatted(NO_TORCH);
    private static final float[] SCALARS = {0.5f, -0.25f, 1};

    @TempDir Path folder;
    private float[] expected = {};

    /** A model folder of the module with other weights than it came with. */
    @BeforeEach
    void aModelFolder() throws IOException {
        SurrogateSpec spec =
                new SurrogateSpec(
                        TorchScriptModules.spec("direct"),
                        SampleForm.DIRECT,
                        SurrogateSpec.NormalizerSource.RANGES);
        String description =
                ModelDescription.of(SAMPLE, spec.withoutWeights(), Normalizer.ofRanges(SAMPLE))
                        .toJson();
        Files.writeString(folder.resolve(Predictor.DESCRIPTION), description);
        try (Surrogate surrogate =
                new NetworkCase(spec.architecture(), TorchScriptModules.DIRECT).create(1)) {
            float[] before = predict(surrogate);
            for (Surrogate.NamedWeight weight : surrogate.weights()) {
                FloatBuffer values = NetworkCase.live(weight.values());
                for (int i = 0; i < values.limit(); i++) {
                    values.put(i, values.get(i) + 0.1f);
                }
            }
            expected = predict(surrogate);
            assertThat(expected).isNotEqualTo(before);
            Files.write(folder.resolve(Predictor.WEIGHTS), ModelFilesTest.weights(surrogate));
        }
    }

    private static float[] predict(Surrogate surrogate) {
        try (NDManager scope = surrogate.manager().newSubManager()) {
            NDList inputs = new NDList(scope.create(new float[][] {SCALARS}));
            return surrogate.forward(inputs, false).toFloatArray();
        }
    }

    @Test
    void theModuleGivesWhatTheSurrogateDid() throws IOException {
        TorchScriptExport.write(folder);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                PtSymbolBlock module =
                        JniUtils.loadModule(
                                (PtNDManager) manager,
                                Files.newInputStream(folder.resolve("module.pt")),
                                true,
                                false)) {
            NDList inputs = new NDList(manager.create(new float[][] {SCALARS}));
            assertThat(IValueUtils.forward(module, inputs, false).get(0).toFloatArray())
                    .isEqualTo(expected);
        }
    }

    @Test
    void aTrainingCanGoOnFromTheModule() throws IOException {
        TorchScriptExport.write(folder);
        byte[] archive = Files.readAllBytes(folder.resolve("module.pt"));
        TorchScriptSpec spec = new TorchScriptSpec(new TorchScriptArchive(archive));
        spec.check(TorchScriptModules.DIRECT);
        try (Surrogate surrogate = new NetworkCase(spec, TorchScriptModules.DIRECT).create(1)) {
            assertThat(predict(surrogate)).isEqualTo(expected);
        }
    }

    /** Another libtorch may take sums in another order. */
    @Test
    void pyTorchReadsTheModule() throws Exception {
        assumeTrue(Files.isExecutable(Path.of(PYTHON)), "no " + PYTHON);
        TorchScriptExport.write(folder);
        Process process =
                new ProcessBuilder(PYTHON, "-c", SCRIPT, folder.resolve("module.pt").toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(process.waitFor() != NO_TORCH, PYTHON + " has no torch");
        assertThat(process.exitValue()).as(output).isZero();
        String[] values = output.strip().split(" ");
        assertThat(values).hasSize(expected.length);
        for (int i = 0; i < values.length; i++) {
            assertThat(Float.parseFloat(values[i])).isCloseTo(expected[i], within(1e-5f));
        }
    }

    @Test
    void otherModelsHaveNoModule() throws IOException {
        SurrogateSpec mlp =
                new SurrogateSpec(
                        new MlpSpec(List.of(2)),
                        SampleForm.DIRECT,
                        SurrogateSpec.NormalizerSource.RANGES);
        String description = ModelDescription.of(SAMPLE, mlp, Normalizer.ofRanges(SAMPLE)).toJson();
        Files.writeString(folder.resolve(Predictor.DESCRIPTION), description);
        TorchScriptExport.write(folder);
        assertThat(folder.resolve("module.pt")).doesNotExist();
    }

    @Test
    void aModelFolderWithADamagedProgramIsRefused() throws IOException {
        String description = Files.readString(folder.resolve(Predictor.DESCRIPTION));
        byte[] cut = Arrays.copyOf(TorchScriptModules.archive("direct"), 5000);
        Files.writeString(
                folder.resolve(Predictor.DESCRIPTION),
                description.replaceFirst(
                        "\"module\" : \"[^\"]*\"",
                        "\"module\" : \"" + new TorchScriptArchive(cut).text() + '"'));
        assertThatThrownBy(() -> Predictor.load(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the model cannot be built: module: a file that cannot be");
    }
}
