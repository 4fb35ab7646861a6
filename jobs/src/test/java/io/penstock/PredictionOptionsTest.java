package io.penstock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.serving.BatchBounds;
import io.penstock.serving.PromotionGate;
import io.penstock.study.StudyException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionOptionsTest {
    @TempDir Path folder;

    private static PredictionOptions options(String... args) {
        return PredictionArguments.parse(args).options();
    }

    @Test
    void saysNothingAndTakesTheDefaults() {
        PredictionJob.How how = options("rod").how();
        assertThat(how)
                .isEqualTo(new PredictionJob.How(BatchBounds.DEFAULT, PromotionGate.DEFAULT, 1));
    }

    @Test
    void readsHowToAnswer() {
        PredictionJob.How how =
                options(
                                "rod",
                                "--batch",
                                "16",
                                "--latency",
                                "0ms",
                                "--gate",
                                "2.5%",
                                "--parallelism",
                                "3")
                        .how();
        assertThat(how)
                .isEqualTo(
                        new PredictionJob.How(
                                new BatchBounds(16, Duration.ZERO), new PromotionGate(0.025), 3));
        assertThat(options("rod", "--gate", "off").how().gate()).isEqualTo(PromotionGate.OFF);
    }

    @Test
    void saysWhatIsAllowed() {
        assertThatThrownBy(() -> options("rod", "--gate", "5").how())
                .hasMessage("gate: 5 is not allowed; allowed: a share such as 10%, or off");
        assertThatThrownBy(() -> options("rod", "--latency", "soon").how())
                .hasMessage("latency: soon is not allowed; allowed: a time such as 5ms or 1s");
        assertThatThrownBy(() -> options("rod", "--batch", "0").how())
                .hasMessage("batch: 0 is not allowed; allowed: 1 to 65536");
        assertThatThrownBy(() -> options("rod", "--parallelism", "0").how())
                .hasMessage("parallelism: 0 is not allowed; allowed: 1 to 32768");
        assertThatThrownBy(() -> options("rod", "--bath", "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--bath")
                .hasMessageContaining("[--batch N]");
    }

    @Test
    void aNameIsEnoughWithBrokersAndPrefix() {
        PredictionTarget target =
                options("rod", "--kafka", "broker:9092", "--topic-prefix", "my.").target();
        assertThat(target.study()).isEqualTo("rod");
        assertThat(target.kafka().bootstrapServers()).isEqualTo("broker:9092");
        assertThat(target.topics().predictions()).isEqualTo("my.predictions");
        assertThatThrownBy(() -> options("rod").target())
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("add --kafka HOST:PORT");
        assertThatThrownBy(() -> options("rod", "--kafka", "broker").target())
                .hasMessageContaining("HOST:PORT");
        assertThatThrownBy(() -> options("rod.yaml", "--kafka", "broker:9092").target())
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("rod.yaml: no such file");
    }

    @Test
    void aStudyFileGivesNameBrokersAndPrefix() throws Exception {
        String text;
        try (InputStream in =
                PredictionOptions.class.getResourceAsStream("/studies/heat2d-demo.yaml")) {
            text = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
        }
        Path file = folder.resolve("study.yaml");
        Files.writeString(
                file, text + "\nkafka: {bootstrap-servers: 'one:9092', topic-prefix: a.}\n");
        PredictionTarget target = options(file.toString()).target();
        assertThat(target.study()).isEqualTo("heat2d-demo");
        assertThat(target.kafka().bootstrapServers()).isEqualTo("one:9092");
        assertThat(target.topics().prefix()).isEqualTo("a.");
        assertThat(options(file.toString(), "--topic-prefix", "b.").target().topics().prefix())
                .isEqualTo("b.");
    }
}
