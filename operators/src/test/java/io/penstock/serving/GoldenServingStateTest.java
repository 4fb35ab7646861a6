package io.penstock.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.sample.SingleObjectReader;
import io.penstock.schemas.PredictionRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GoldenServingStateTest {
    private static byte[] golden(String name) throws IOException {
        try (InputStream in = GoldenServingStateTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    @Test
    void versionsOfVersion1AreReadAndWritten() throws IOException {
        byte[] bytes = golden(GoldenServingState.VERSIONS_1);
        assertThat(ServingState.read(bytes)).isEqualTo(GoldenServingState.versions());
        assertThat(ServingState.write(ServingState.read(bytes))).isEqualTo(bytes);
    }

    @Test
    void answeredRequestsOfVersion1AreReadAndWritten() throws IOException {
        byte[] bytes = golden(GoldenServingState.ANSWERED_1);
        AnsweredRequests read = AnsweredRequests.read(List.of(bytes));
        assertThat(read.write()).isEqualTo(bytes);
        assertThat(read.from()).isEqualTo(GoldenServingState.answered().from());
        assertThat(read.isAnswered(0, 1)).isTrue();
        assertThat(read.isAnswered(0, 2)).isTrue();
        assertThat(read.isAnswered(2, 6_000_000_000L)).isTrue();
        assertThat(read.isEmpty()).isTrue();
    }

    @Test
    void waitingRequestsOfVersion1AreReadAndWritten() throws IOException {
        byte[] bytes = golden(GoldenServingState.WAITING_1);
        Question read = Question.restore(new SingleObjectReader<>(PredictionRequest.class), bytes);
        assertThat(read.request()).isEqualTo(Versions.request(3));
        assertThat(read.partition()).isEqualTo(2);
        assertThat(read.offset()).isEqualTo(5_000_000_000L);
        assertThat(read.write()).isEqualTo(bytes);
    }

    @Test
    void everyDamageIsFound() throws IOException {
        byte[] good = golden(GoldenServingState.VERSIONS_1);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 0x10;
            assertThatThrownBy(() -> ServingState.read(bad)).isInstanceOf(IOException.class);
        }
        for (int length = 0; length < good.length; length += 7) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> ServingState.read(cut)).isInstanceOf(IOException.class);
        }
    }
}
