package io.penstock.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Normalizer;
import io.penstock.sample.Quantity;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
    static final SampleSpec SAMPLE =
            new SampleSpec(
                    "files",
                    List.of(new Quantity("a", "K", 100, 500)),
                    new Quantity("time", "s", 0, 2),
                    List.of(new FieldSpec("u", "K", List.of(2, 3), 100, 500)),
                    10,
                    1000);
    static final SurrogateSpec SPEC =
            new SurrogateSpec(
                    new MlpSpec(List.of(4)),
                    SampleForm.DIRECT,
                    SurrogateSpec.NormalizerSource.RANGES);

    @TempDir Path folder;

    static Surrogate surrogate(long seed) {
        return Surrogate.create(
                SPEC.architecture(),
                NetworkShape.of(SAMPLE, SPEC.form()),
                Device.cpu(),
                RandomSource.XO_SHI_RO_256_PP.create(seed));
    }

    static byte[] weights(Surrogate surrogate) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Safetensors.write(surrogate.weights(), out);
        assertThat(Safetensors.size(surrogate.weights())).isEqualTo(out.size());
        return out.toByteArray();
    }

    @Test
    void anotherReaderFindsTheSameWeightsUnderTheirNames() throws IOException {
        try (Surrogate surrogate = surrogate(1);
                NDManager manager = NDManager.newBaseManager()) {
            NDList read = NDList.decode(manager, new ByteArrayInputStream(weights(surrogate)));
            assertThat(read).hasSize(4);
            for (Surrogate.NamedWeight weight : surrogate.weights()) {
                NDArray found = read.get(weight.name());
                assertThat(found.getShape()).isEqualTo(weight.values().getShape());
                assertThat(found.toFloatArray()).isEqualTo(weight.values().toFloatArray());
            }
        }
    }

    @Test
    void theSeedDecidesTheWeights() throws IOException {
        try (Surrogate one = surrogate(1);
                Surrogate same = surrogate(1);
                Surrogate other = surrogate(2)) {
            assertThat(weights(same)).isEqualTo(weights(one)).isNotEqualTo(weights(other));
        }
    }

    @Test
    void aModelFolderPredictsWhatTheSurrogateDid() throws IOException {
        try (Surrogate surrogate = surrogate(3)) {
            Files.write(folder.resolve(Predictor.WEIGHTS), weights(surrogate));
            ModelDescription description =
                    ModelDescription.of(SAMPLE, SPEC, Normalizer.ofRanges(SAMPLE));
            Files.writeString(folder.resolve(Predictor.DESCRIPTION), description.toJson());
            float[] expected;
            try (NDArray x = surrogate.manager().create(new float[][] {{0.5f, -1f}})) {
                expected = surrogate.forward(new NDList(x), false).toFloatArray();
            }
            try (Predictor predictor = Predictor.load(folder)) {
                assertThat(predictor.description()).isEqualTo(description);
                float[] field = predictor.predict(new double[] {400, 0}).get(0);
                for (int i = 0; i < field.length; i++) {
                    assertThat(field[i]).isEqualTo(expected[i] * 400f + 100f);
                }
                assertThatThrownBy(() -> predictor.predict(new double[] {1}))
                        .hasMessageContaining("takes 2");
            }
        }
    }

    @Test
    void refusesWhatIsNotThisModel() throws IOException {
        try (Surrogate surrogate = surrogate(1)) {
            byte[] good = weights(surrogate);
            byte[] longHeader = good.clone();
            longHeader[6] = 1;
            assertRefused(surrogate, longHeader, "not a safetensors file");
            byte[] renamed = good.clone();
            renamed[12] = 'Z';
            assertRefused(surrogate, renamed, "not those of this model");
            byte[] tooLong = java.util.Arrays.copyOf(good, good.length + 1);
            assertRefused(surrogate, tooLong, "goes on");
        }
        assertThatThrownBy(() -> Predictor.load(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("model.json is missing");
        assertThatThrownBy(() -> ModelDescription.fromJson("{\"format\": 1}"))
                .isInstanceOf(IOException.class);
    }

    private static void assertRefused(Surrogate surrogate, byte[] file, String reason) {
        assertThatThrownBy(
                        () -> Safetensors.read(surrogate.weights(), new ByteArrayInputStream(file)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(reason);
    }
}
