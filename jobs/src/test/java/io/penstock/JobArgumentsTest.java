package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class JobArgumentsTest {
    @Test
    void takesAStudyAlone() {
        JobArguments arguments = JobArguments.parse("heat2d-demo");
        assertThat(arguments.study()).isEqualTo("heat2d-demo");
        assertThat(arguments.kafka()).isNull();
        assertThat(arguments.checkpoints()).isNull();
        assertThat(arguments.models()).isNull();
    }

    @Test
    void takesOptionsBeforeAndAfterTheStudy() {
        JobArguments arguments =
                JobArguments.parse(
                        "--kafka",
                        "broker:9092",
                        "a.yaml",
                        "--checkpoints",
                        "s3://c",
                        "--models=m");
        assertThat(arguments.study()).isEqualTo("a.yaml");
        assertThat(arguments.kafka()).isEqualTo("broker:9092");
        assertThat(arguments.checkpoints()).isEqualTo("s3://c");
        assertThat(arguments.models()).isEqualTo("m");
    }

    @Test
    void saysWhatIsAllowedWhenItDoesNotUnderstand() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobArguments.parse())
                .withMessageContaining("STUDY.yaml")
                .withMessageContaining("[]; allowed: STUDY.yaml [--kafka HOST:PORT]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobArguments.parse("a.yaml", "--kafak", "b:1"))
                .withMessageContaining("--kafak")
                .withMessageContaining("allowed: STUDY.yaml");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobArguments.parse("a.yaml", "b.yaml"))
                .withMessageContaining("b.yaml");
    }
}
