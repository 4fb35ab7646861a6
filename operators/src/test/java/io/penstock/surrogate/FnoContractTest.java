package io.penstock.surrogate;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("cases")
class FnoContractTest extends NetworkContract {
    FnoContractTest(NetworkCase network) {
        super(network);
    }

    static Stream<NetworkCase> cases() {
        return Stream.of(
                new NetworkCase(new FnoSpec(6, 2, 3), new NetworkShape(2, 0, 1, List.of(7), 1)),
                new NetworkCase(new FnoSpec(6, 2, 4), new NetworkShape(1, 2, 2, List.of(8), 1)),
                new NetworkCase(new FnoSpec(6, 2, 2), new NetworkShape(2, 0, 2, List.of(4, 5), 1)),
                new NetworkCase(new FnoSpec(5, 3, 2), new NetworkShape(2, 2, 1, List.of(6, 4), 1)),
                new NetworkCase(
                        new FnoSpec(12, 2, 1), new NetworkShape(1, 1, 1, List.of(2, 3), 1)));
    }
}
