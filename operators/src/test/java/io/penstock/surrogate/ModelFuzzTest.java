package io.penstock.surrogate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.penstock.FuzzNoise;
import io.penstock.sample.Normalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Whatever the bytes of a model file are, it is read or refused with an {@link IOException}. */
class ModelFuzzTest {
    private static final byte[] DESCRIPTION =
            ModelDescription.of(
                            ModelFilesTest.SAMPLE,
                            ModelFilesTest.SPEC,
                            Normalizer.ofRanges(ModelFilesTest.SAMPLE))
                    .toJson()
                    .getBytes(UTF_8);

    private static final Surrogate SURROGATE = ModelFilesTest.surrogate(1);
    private static final byte[] WEIGHTS = weights();

    private static byte[] weights() {
        try {
            return ModelFilesTest.weights(SURROGATE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @FuzzTest(maxDuration = "10m")
    void everyDescriptionIsReadOrRefused(byte[] noise) {
        FuzzNoise.in(DESCRIPTION, noise).forEach(ModelFuzzTest::readDescription);
    }

    private static void readDescription(byte[] text) {
        try {
            ModelDescription.fromJson(new String(text, UTF_8));
        } catch (IOException e) {
            // Refused, as it should be.
        }
    }

    @FuzzTest(maxDuration = "10m")
    void everyWeightsFileIsReadOrRefused(byte[] noise) {
        FuzzNoise.in(WEIGHTS, noise).forEach(ModelFuzzTest::readWeights);
    }

    private static void readWeights(byte[] file) {
        try {
            Safetensors.read(SURROGATE.weights(), new ByteArrayInputStream(file));
        } catch (IOException e) {
            // Refused, as it should be.
        }
    }
}
