package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServeCommandTest {
    @Test
    void saysWhichOptionIsWrong() {
        Invocation gate = Invocation.of("serve", "rod", "--kafka", "a:1", "--gate", "much");
        assertThat(gate.exitCode()).isEqualTo(2);
        assertThat(gate.err())
                .contains("--gate: much is not allowed; allowed: a share such as 10%, or off");
    }

    @Test
    void needsBrokers() {
        Invocation none = Invocation.of("serve", "rod");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("add --kafka HOST:PORT");
    }

    @Test
    void brokersThatAreNotThereAreSaid() {
        Invocation absent = Invocation.of("serve", "rod", "--kafka", "127.0.0.1:1");
        assertThat(absent.exitCode()).isEqualTo(2);
        assertThat(absent.err()).contains("Kafka at \"127.0.0.1:1\" cannot be reached");
    }

    @Test
    void helpTellsWhatCanBeSaid() {
        Invocation help = Invocation.of("serve", "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("--latency=TIME", "--gate=PERCENT|off", "Default: 10%.");
    }
}
