package io.penstock.surrogate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;

/** Whatever the bytes of a model file are, it is read or refused with an {@link IOException}. */
class ModelFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void everyDescriptionIsReadOrRefused(byte[] text) {
        try {
            ModelDescription.fromJson(new String(text, UTF_8));
        } catch (IOException e) {
            // Refused, as it should be.
        }
    }

    @FuzzTest(maxDuration = "10m")
    void everyWeightsFileIsReadOrRefused(byte[] file) {
        try {
            Safetensors.read(List.of(), new ByteArrayInputStream(file));
        } catch (IOException e) {
            // Refused, as it should be.
        }
    }
}
