package io.penstock.surrogate;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.setting.InvalidSettingException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class FnoSpecTest {
    private static NetworkShape grid(Integer... extents) {
        return new NetworkShape(2, 1, 1, List.of(extents), 1);
    }

    @Test
    void takesModesUpToHalfOfEachExtent() {
        FnoSpec fno = new FnoSpec(8, 2, 4);
        assertThatCode(() -> fno.check(grid(8))).doesNotThrowAnyException();
        assertThatCode(() -> fno.check(grid(9, 8))).doesNotThrowAnyException();
        refuses(() -> fno.check(grid(7)), "modes", "at most half of each extent of the grid [7]");
        refuses(() -> fno.check(grid(6, 8)), "modes", "the grid [6, 8]");
        refuses(() -> fno.check(grid(8, 6)), "modes", "the grid [8, 6]");
    }

    @Test
    void refusesGridsOfMoreThanTwoAxes() {
        refuses(
                () -> new FnoSpec(8, 2, 1).check(grid(4, 4, 4)),
                "architecture",
                "the most for this one is 2");
    }

    @Test
    void refusesTensorsOf2GiB() {
        // 2 × 64 × 64 modes × 2 × 181² numbers are just below, of 182² above.
        assertThatCode(() -> new FnoSpec(181, 1, 64).check(grid(128, 128)))
                .doesNotThrowAnyException();
        refuses(
                () -> new FnoSpec(182, 1, 64).check(grid(128, 128)),
                "width",
                "8192 modes × 2 × 182 × 182 are not");
        refuses(
                () -> new FnoSpec(1, 1, 1 << 14).check(grid(1 << 15)),
                "modes",
                "a matrix below 2 GiB");
        refuses(
                () -> new FnoSpec(1, 1, 32).check(grid(1 << 20, 64)),
                "modes",
                "a matrix below 2 GiB");
    }

    @Test
    void refusesSizesThatAreNone() {
        refuses(() -> new FnoSpec(0, 1, 1), "width", "1 to 16384");
        refuses(() -> new FnoSpec(1, 0, 1), "layers", "1 to 1024");
        refuses(() -> new FnoSpec(1, 1, 0), "modes", "1 to 1048576");
    }

    private static void refuses(ThrowingCallable check, String key, String reason) {
        assertThatThrownBy(check)
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith(key + ": ")
                .hasMessageContaining(reason);
    }
}
