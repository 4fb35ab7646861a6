package io.penstock.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Normalizer;
import io.penstock.sample.Quantity;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import io.penstock.schemas.ModelUpdate;
import io.penstock.surrogate.Architecture;
import io.penstock.surrogate.MlpSpec;
import io.penstock.surrogate.ModelDescription;
import io.penstock.surrogate.NetworkShape;
import io.penstock.surrogate.Predictor;
import io.penstock.surrogate.Safetensors;
import io.penstock.surrogate.Surrogate;
import io.penstock.surrogate.SurrogateSpec;
import io.penstock.surrogate.TorchScriptArchive;
import io.penstock.surrogate.TorchScriptSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
    private static final SampleSpec SAMPLE =
            new SampleSpec(
                    "folder",
                    List.of(new Quantity("a", "K", 0, 1), new Quantity("b", "K", -1, 1)),
                    new Quantity("time", "s", 0, 20),
                    List.of(new FieldSpec("u", "K", List.of(3, 4), -2, 2)),
                    20,
                    1 << 20);

    @TempDir Path folder;

    private static ModelUpdate update(Architecture architecture) throws IOException {
        SurrogateSpec spec =
                new SurrogateSpec(
                                architecture,
                                SampleForm.DIRECT,
                                SurrogateSpec.NormalizerSource.RANGES)
                        .withoutWeights();
        ByteArrayOutputStream weights = new ByteArrayOutputStream();
        try (Surrogate surrogate =
                Surrogate.create(
                        architecture,
                        NetworkShape.of(SAMPLE, SampleForm.DIRECT),
                        Device.cpu(),
                        RandomSource.XO_SHI_RO_256_PP.create(1))) {
            Safetensors.write(surrogate.weights(), weights);
        }
        byte[] sha256 = Safetensors.sha256().digest(weights.toByteArray());
        return ModelUpdate.newBuilder()
                .setStudy("folder")
                .setVersion(7)
                .setLast(true)
                .setModel(ModelDescription.of(SAMPLE, spec, Normalizer.ofRanges(SAMPLE)).toJson())
                .setWeights(ByteBuffer.wrap(weights.toByteArray()))
                .setWeightsBytes(weights.size())
                .setWeightsSha256(HexFormat.of().formatHex(sha256))
                .setMetrics(Map.of())
                .setInputOffsets(List.of())
                .setShardProgress(List.of())
                .setTimestampMillis(0)
                .build();
    }

    @Test
    void aModuleThatWasBroughtIsGivenBack() throws IOException {
        byte[] module =
                Files.readAllBytes(
                        Path.of("../operators/src/test/resources/io/penstock/surrogate/direct.pt"));
        ModelFolder.write(update(new TorchScriptSpec(new TorchScriptArchive(module))), folder);

        assertThat(folder.resolve("module.pt")).isNotEmptyFile();
        try (Predictor predictor = Predictor.load(folder)) {
            assertThat(predictor.predict(new double[] {0.5, 0, 10}).get(0)).hasSize(12);
        }
    }

    @Test
    void otherModelsAreWeightsAndDescription() throws IOException {
        ModelFolder.write(update(new MlpSpec(List.of(4))), folder);

        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder(Predictor.WEIGHTS, Predictor.DESCRIPTION);
    }

    @Test
    void refusesWeightsThatAreNotThosePublished() throws IOException {
        ModelUpdate update = update(new MlpSpec(List.of(4)));
        update.setWeightsSha256("00");

        assertThatThrownBy(() -> ModelFolder.write(update, folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the weights of version 7 have SHA-256 ");
        assertThat(folder).isEmptyDirectory();
    }
}
