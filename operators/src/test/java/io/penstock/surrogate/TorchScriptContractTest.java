package io.penstock.surrogate;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("cases")
class TorchScriptContractTest extends NetworkContract {
    TorchScriptContractTest(NetworkCase network) {
        super(network);
    }

    static Stream<NetworkCase> cases() {
        return Stream.of(
                new NetworkCase(TorchScriptModules.spec("direct"), TorchScriptModules.DIRECT),
                new NetworkCase(TorchScriptModules.spec("ring"), TorchScriptModules.RING));
    }

    @Override
    boolean beginsAtRandom() {
        return false;
    }
}
