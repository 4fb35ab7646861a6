package io.penstock.surrogate;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("cases")
class MpPdeContractTest extends NetworkContract {
    MpPdeContractTest(NetworkCase network) {
        super(network);
    }

    static Stream<NetworkCase> cases() {
        return Stream.of(
                new NetworkCase(new MpPdeSpec(16, 2, 2), new NetworkShape(2, 1, 1, List.of(8), 1)),
                new NetworkCase(new MpPdeSpec(16, 2, 2), new NetworkShape(1, 6, 6, List.of(5), 3)),
                new NetworkCase(new MpPdeSpec(28, 1, 1), new NetworkShape(3, 5, 5, List.of(6), 5)));
    }
}
