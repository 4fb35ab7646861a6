package io.penstock.surrogate;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("cases")
class ResidualMlpContractTest extends NetworkContract {
    ResidualMlpContractTest(NetworkCase network) {
        super(network);
    }

    static Stream<NetworkCase> cases() {
        return Stream.of(
                new NetworkCase(
                        new ResidualMlpSpec(16, 3), new NetworkShape(2, 0, 1, List.of(3, 4), 1)),
                new NetworkCase(
                        new ResidualMlpSpec(16, 1), new NetworkShape(1, 0, 2, List.of(5), 1)),
                new NetworkCase(
                        new ResidualMlpSpec(8, 12), new NetworkShape(2, 2, 2, List.of(6), 1)),
                new NetworkCase(
                        new ResidualMlpSpec(16, 2), new NetworkShape(1, 1, 1, List.of(2, 3, 2), 1)),
                new NetworkCase(
                        new ResidualMlpSpec(16, 2), new NetworkShape(2, 6, 6, List.of(), 2)));
    }
}
