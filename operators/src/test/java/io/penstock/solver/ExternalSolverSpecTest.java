package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.setting.InvalidSettingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalSolverSpecTest {
    private static final List<String> COMMAND = List.of("solver", "64");
    private static final List<String> PARAMETERS = List.of("left", "right");
    private static final List<SolverField> FIELDS = List.of(new SolverField("u", List.of(64)));
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    @Test
    void travelsToTheMachinesThatSolve() throws Exception {
        var spec = new ExternalSolverSpec(COMMAND, ".", PARAMETERS, FIELDS, TIMEOUT);
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(spec);
        }

        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(spec);
        }
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertRefused("command", List.of(), ".", PARAMETERS, FIELDS, TIMEOUT);
        assertRefused("command", List.of(" "), ".", PARAMETERS, FIELDS, TIMEOUT);
        assertRefused("folder", COMMAND, "", PARAMETERS, FIELDS, TIMEOUT);
        assertRefused("parameters", COMMAND, ".", List.of("left", "left"), FIELDS, TIMEOUT);
        assertRefused(
                "parameters", COMMAND, ".", Collections.nCopies(1001, "left"), FIELDS, TIMEOUT);
        assertRefused("fields", COMMAND, ".", PARAMETERS, List.of(), TIMEOUT);
        assertRefused("fields", COMMAND, ".", PARAMETERS, fields("u", "u", 1), TIMEOUT);
        assertRefused("fields", COMMAND, ".", PARAMETERS, fields("u", "v", 1 << 14), TIMEOUT);
        assertRefused("fields", COMMAND, ".", PARAMETERS, fields("u", "v", 1 << 30), TIMEOUT);
        assertRefused("step-timeout", COMMAND, ".", PARAMETERS, FIELDS, Duration.ZERO);
        assertRefused("step-timeout", COMMAND, ".", PARAMETERS, FIELDS, Duration.ofDays(400));
    }

    private static List<SolverField> fields(String first, String second, int side) {
        return List.of(
                new SolverField(first, List.of(side, side)),
                new SolverField(second, List.of(side, side)));
    }

    private static void assertRefused(
            String key,
            List<String> command,
            String folder,
            List<String> parameters,
            List<SolverField> fields,
            Duration timeout) {
        assertThatThrownBy(
                        () -> new ExternalSolverSpec(command, folder, parameters, fields, timeout))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class, e -> assertThat(e.key()).isEqualTo(key));
    }

    @Test
    void refusesAWrongNumberOfParameters() {
        var spec = new ExternalSolverSpec(COMMAND, ".", PARAMETERS, FIELDS, TIMEOUT);

        assertThatThrownBy(() -> spec.start(new double[] {1, 2, 3}))
                .isInstanceOf(SolverException.class)
                .hasMessageContaining("3 parameters [1.0, 2.0, 3.0]")
                .hasMessageContaining("[solver, 64] takes 2 finite numbers: [left, right]");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY})
    void refusesParametersThatAreNotFinite(double value) {
        var spec = new ExternalSolverSpec(COMMAND, ".", PARAMETERS, FIELDS, TIMEOUT);

        assertThatThrownBy(() -> spec.start(new double[] {1, value}))
                .isInstanceOf(SolverException.class)
                .hasMessageContaining(Double.toString(value));
    }
}
