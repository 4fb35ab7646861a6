package io.penstock.surrogate;

import io.penstock.surrogate.UNetSpec.Padding;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("cases")
class UNetContractTest extends NetworkContract {
    UNetContractTest(NetworkCase network) {
        super(network);
    }

    static Stream<NetworkCase> cases() {
        return Stream.of(
                new NetworkCase(
                        new UNetSpec(8, 2, Padding.PERIODIC),
                        new NetworkShape(2, 1, 1, List.of(8), 1)),
                new NetworkCase(
                        new UNetSpec(8, 2, Padding.PERIODIC),
                        new NetworkShape(2, 4, 4, List.of(4, 8), 2)),
                new NetworkCase(
                        new UNetSpec(8, 2, Padding.ZERO),
                        new NetworkShape(3, 0, 2, List.of(8, 4), 1)),
                new NetworkCase(
                        new UNetSpec(8, 3, Padding.ZERO),
                        new NetworkShape(2, 0, 1, List.of(16), 1)));
    }
}
