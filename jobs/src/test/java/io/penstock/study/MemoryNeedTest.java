package io.penstock.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.setting.InvalidSettingException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MemoryNeedTest {
    private static final long GIB = 1L << 30;

    /** Five parameters, the time, 8 × 8 cells. */
    private static final long ROW = (6 + 64) * 4;

    private static Study study(String more) {
        return StudyFile.parse("s.yaml", StudyTexts.MINIMAL + more, Path.of("")).study();
    }

    @Test
    void countsRowsAndThreeCopiesOfTheWeightsWithAdam() {
        Study study = study("surrogate: {hidden: [7, 9]}\n");
        long weights = (6 + 1) * 7 + (7 + 1) * 9 + (9 + 1) * 64;

        assertThat(MemoryNeed.of(study))
                .isEqualTo(
                        new MemoryNeed(
                                6000 * ROW, 4 * 5 * ROW, 2 * (10 + 64) * ROW, weights * 3 * 4));
    }

    @Test
    void clippingTakesTheGradientsAsWell() {
        Study study = study("training: {optimiser: {clip-norm: 1}}\n");

        assertThat(MemoryNeed.of(study).model()).isEqualTo(4 * MemoryNeed.weights(study));
    }

    @Test
    void averagedWeightsAndTeachersAreCopiesAndNoiseTakesTheGradients() {
        Study averaged = study("training: {continual: {weight-averaging: 0.99}}\n");
        assertThat(MemoryNeed.of(averaged).model()).isEqualTo(4 * MemoryNeed.weights(averaged));

        // Distillation takes the gradients too.
        Study both = study("training: {continual: {weight-averaging: 0.99, distillation: 0.3}}\n");
        assertThat(MemoryNeed.of(both).model()).isEqualTo(6 * MemoryNeed.weights(both));

        Study noisy = study("training: {continual: {gradient-noise: 0.01}}\n");
        assertThat(MemoryNeed.of(noisy).model()).isEqualTo(4 * MemoryNeed.weights(noisy));
    }

    @Test
    void sgdTakesTwoCopiesOfTheWeights() {
        Study study = study("training: {optimiser: {kind: sgd}}\n");
        long weights = (6 + 1) * 256 + (256 + 1) * 256 + (256 + 1) * 64;

        assertThat(MemoryNeed.weights(study)).isEqualTo(weights * 4);
        assertThat(MemoryNeed.of(study).model()).isEqualTo(2 * weights * 4);
    }

    @Test
    void everyShardTakesItsOwnAndWhatTheMeanIsMadeIn() {
        String local = "training: {shards: 3}\nvalidation: {simulations: 4}\n";
        MemoryNeed need = MemoryNeed.of(study(local));
        long weights = MemoryNeed.weights(study(""));

        assertThat(need.reservoir()).isEqualTo(3 * 6000 * ROW);
        // Of 5 steps a shard gets 2 at most.
        assertThat(need.validation()).isEqualTo(3 * 4 * 2 * ROW);
        assertThat(need.model()).isEqualTo((3 * 3 + 4) * weights);

        MemoryNeed averaged =
                MemoryNeed.of(study("training: {shards: 3, merge: {moments: averaged}}\n"));
        assertThat(averaged.model()).isEqualTo((3 * 3 + 4 * 3) * weights);

        MemoryNeed overlapping =
                MemoryNeed.of(study("training: {shards: 3, merge: {overlap: 5}}\n"));
        assertThat(overlapping.model()).isEqualTo((3 * 3 + 4 + 3) * weights);
    }

    @Test
    void reservoirLargerThanTheMachineSaysWhatItNeedsAndHas() {
        Study study = study("reservoir: {capacity: 2_000_000_000}\n");

        assertThatThrownBy(
                        () -> MemoryNeed.of(study).check(study, new MachineMemory(GIB, 16 * GIB)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("reservoir.capacity: 2000000000")
                .hasMessageContaining("the reservoir " + 2_000_000_000L * ROW + " bytes")
                .hasMessageContaining("the machine has " + 16 * GIB + " bytes");
    }

    @Test
    void reservoirLargerThanTheDirectMemorySaysWhichFlagBoundsIt() {
        Study study = study("reservoir: {capacity: 5_000_000}\n");

        assertThatThrownBy(
                        () -> MemoryNeed.of(study).check(study, new MachineMemory(GIB, 16 * GIB)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("-XX:MaxDirectMemorySize gives " + GIB + " bytes");
    }

    @Test
    void whatTakesTheMostIsNamed() {
        Study wide = study("surrogate: {hidden: [22000, 22000, 22000, 22000]}\n");
        assertThatThrownBy(() -> MemoryNeed.of(wide).check(wide, new MachineMemory(GIB, 16 * GIB)))
                .hasMessageContaining("surrogate.architecture: mlp [22000, 22000, 22000, 22000]");

        Study held = study("validation: {simulations: 1000000}\n");
        assertThatThrownBy(() -> MemoryNeed.of(held).check(held, new MachineMemory(GIB, 16 * GIB)))
                .hasMessageContaining("validation.simulations: 1000000");
    }

    @Test
    void whatFitsIsAccepted() {
        Study study = study("");

        assertThatCode(() -> MemoryNeed.of(study).check(study, new MachineMemory(GIB, GIB)))
                .doesNotThrowAnyException();
    }

    @Test
    void measuresThisMachine() {
        MachineMemory here = MachineMemory.here();

        assertThat(here.physical()).isGreaterThan(1 << 20);
        assertThat(here.direct()).isGreaterThan(1 << 20);
    }
}
