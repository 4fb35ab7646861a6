package io.penstock.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.sample.SampleForm;
import io.penstock.schemas.ModelUpdate;
import io.penstock.surrogate.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedModelTest {
    @TempDir Path folder;

    private static void assertRefused(ModelUpdate update, String reason) {
        assertThatThrownBy(() -> ServedModel.load(update))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void loadsWeightsThatLieElsewhere() throws IOException {
        ModelUpdate update = Versions.update(3);
        float[] expected = Versions.expected(update, Versions.request(5));
        Path file = folder.resolve("weights");
        Files.write(file, update.getWeights().array());
        update.setWeights(null);
        update.setWeightsUri(file.toUri().toString());
        assertThat(Versions.expected(update, Versions.request(5))).isEqualTo(expected);
        Files.delete(file);
        assertRefused(update, "the weights of version 3 cannot be read from " + file.toUri());
        update.setWeightsUri("no scheme:\\");
        assertRefused(update, "cannot be read from no scheme");
        update.setWeightsUri(null);
        assertRefused(update, "version 3 has no weights");
    }

    @Test
    void refusesWeightsThatAreNotThosePublished() {
        ModelUpdate sha = Versions.update(3);
        sha.setWeightsSha256("00");
        assertRefused(sha, "the weights of version 3 have SHA-256 ");
        ModelUpdate size = Versions.update(3);
        size.setWeightsBytes(17);
        assertRefused(size, "bytes, not the 17 that were published");
        ModelUpdate cut = Versions.update(3);
        cut.setWeights(ByteBuffer.wrap(cut.getWeights().array(), 0, 100).slice());
        assertThatThrownBy(() -> ServedModel.load(cut)).isInstanceOf(IOException.class);
    }

    @Test
    void refusesDescriptionsThatCannotBeRead() {
        for (String text : new String[] {"", "{", "null", "{\"format\": 99}", "[1]"}) {
            ModelUpdate update = Versions.update(3);
            update.setModel(text);
            assertRefused(update, "its description cannot be read: ");
        }
    }

    @Test
    void refusesAnArchitectureThatTheWeightsAreNotOf() {
        ModelUpdate update = Versions.update(3);
        update.setModel(update.getModel().replaceAll("\\[ 4 \\]", "[ 5 ]"));
        assertThat(update.getModel()).isNotEqualTo(Versions.update(3).getModel());
        assertRefused(update, "the weights are not those of this model");
    }

    @Test
    void refusesWeightsThatAreNotFinite() {
        ModelUpdate update = Versions.update(3);
        byte[] weights = update.getWeights().array();
        for (int i = weights.length - 4; i < weights.length; i++) {
            weights[i] = (byte) 0xFF;
        }
        update.setWeightsSha256(HexFormat.of().formatHex(Safetensors.sha256().digest(weights)));
        assertRefused(update, "it predicts what is not a finite number");
    }

    /** A rest after a mebibyte of weights, so that threads that answer meanwhile get their turn. */
    @Test
    void restsBetweenPieces() throws IOException {
        int cells = 1 << 18;
        ModelUpdate large = Versions.update(1, cells, SampleForm.DIRECT);
        int[] rests = {0};
        try (ServedModel model = ServedModel.load(large, () -> rests[0]++)) {
            assertThat(model.version()).isEqualTo(1);
        }
        assertThat(rests[0]).isGreaterThanOrEqualTo((int) (large.getWeightsBytes() >> 20));
    }

    @Test
    void saysWhatUsersWouldNotice() throws IOException {
        try (ServedModel served = ServedModel.load(Versions.update(1));
                ServedModel same = ServedModel.load(Versions.update(2));
                ServedModel larger = ServedModel.load(Versions.update(2, 7, SampleForm.DIRECT));
                ServedModel goesOn = ServedModel.load(Versions.autoRegressive(2, 2))) {
            assertThat(same.unlike(served.description())).isNull();
            assertThat(larger.unlike(served.description()))
                    .isEqualTo(
                            "its fields are [temperature[7]], and those of what is served"
                                    + " [temperature[6]]");
            assertThat(goesOn.unlike(served.description())).startsWith("it is of form ");
        }
    }
}
