package io.penstock.reservoir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.reservoir.ReservoirSpec.Checkpoint;
import io.penstock.reservoir.ReservoirSpec.Kind;
import io.penstock.sample.SampleForm;
import io.penstock.setting.InvalidSettingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimPairedTest {
    private static final int STEPS = 10;
    private static final SampleForm PAIRS = SampleForm.autoRegressive(1, 0);

    private static ReservoirSpec spec(int capacity, int threshold) {
        return new ReservoirSpec(
                Kind.SIM_PAIRED, capacity, threshold, 1, NewestSpec.NONE, Checkpoint.REFERENCE);
    }

    private static Reservoir reservoir(int capacity, int threshold, SampleForm form, long seed) {
        return Reservoir.create(spec(capacity, threshold), form, STEPS, Reservoirs.rng(seed));
    }

    private static void insert(Reservoir reservoir, long simulation, int step) {
        reservoir.insert(0, simulation * STEPS + step, simulation, step);
    }

    private static void insertAll(Reservoir reservoir, int simulations) {
        for (int s = 0; s < simulations; s++) {
            for (int t = 0; t < STEPS; t++) {
                insert(reservoir, s, t);
            }
        }
    }

    private static int[] draw(Reservoir reservoir) {
        int[] slots = new int[reservoir.slotsPerDraw()];
        assertThat(reservoir.drawBatch(1, slots, new boolean[1])).isEqualTo(1);
        return slots;
    }

    private static String window(Reservoir reservoir, int[] slots) {
        StringBuilder text = new StringBuilder().append(reservoir.simulation(slots[0])).append(':');
        for (int slot : slots) {
            assertThat(reservoir.simulation(slot)).isEqualTo(reservoir.simulation(slots[0]));
            text.append(' ').append(reservoir.step(slot));
        }
        return text.toString();
    }

    @Test
    void aPairIsOfOneSimulationAndOneStepApart() {
        Reservoir reservoir = reservoir(40, 0, PAIRS, 1);
        insertAll(reservoir, 3);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            int[] slots = draw(reservoir);
            assertThat(reservoir.step(slots[1])).isEqualTo(reservoir.step(slots[0]) + 1);
            seen.add(window(reservoir, slots));
        }
        assertThat(seen).hasSize(3 * (STEPS - 1));
        assertThat(reservoir.unseen()).as("last steps, from which nothing goes on").isEqualTo(3);
    }

    @Test
    void windowsHaveTheStepsOfTheirGapAndGapsAreDrawnAlike() {
        SampleForm form = SampleForm.autoRegressive(2, 2);
        Reservoir reservoir = reservoir(40, 0, form, 2);
        insertAll(reservoir, 4);
        int[] count = new int[4];
        for (int i = 0; i < 3000; i++) {
            int[] slots = draw(reservoir);
            int start = reservoir.step(slots[0]);
            int gap = reservoir.gap();
            count[gap]++;
            assertThat(Arrays.stream(slots).map(reservoir::step))
                    .containsExactly(start, start + 1, start + 2 * gap, start + 2 * gap + 1);
        }
        // Binomial(3000, 1/3): five standard deviations are 129.
        for (int gap = 1; gap <= 3; gap++) {
            assertThat(count[gap]).as("gap %d", gap).isCloseTo(1000, within(129));
        }
    }

    @Test
    void beginsAnywhereWithTheSameProbability() {
        Reservoir reservoir = reservoir(40, 0, PAIRS, 3);
        insertAll(reservoir, 2);
        int[] count = new int[STEPS - 1];
        for (int i = 0; i < 9000; i++) {
            count[reservoir.step(draw(reservoir)[0])]++;
        }
        double chiSquare =
                Arrays.stream(count).mapToDouble(n -> (n - 1000.0) * (n - 1000) / 1000).sum();
        assertThat(chiSquare).as("8 degrees of freedom, 99.9 %").isLessThan(26.1);
    }

    @Test
    void simulationsAreUsedAlikeThoughOneCameLater() {
        Reservoir reservoir = reservoir(100, 0, PAIRS, 4);
        insertAll(reservoir, 4);
        for (int i = 0; i < 400; i++) {
            draw(reservoir);
        }
        for (int t = 0; t < STEPS; t++) {
            insert(reservoir, 4, t);
        }
        Map<Long, Integer> uses = new HashMap<>();
        for (int i = 0; i < 600; i++) {
            uses.merge(reservoir.simulation(draw(reservoir)[0]), 1, Integer::sum);
        }
        // Uniform choice would give it 120; in the end all have been used 200 times, within 10 %.
        assertThat(uses.get(4L)).isBetween(180, 220);
    }

    @Test
    void everyWindowIsDrawnOnceBeforeAnyIsDrawnAgain() {
        Reservoir reservoir = reservoir(40, 0, PAIRS, 11);
        insertAll(reservoir, 1);
        Set<Integer> begins = new HashSet<>();
        for (int i = 0; i < STEPS - 1; i++) {
            begins.add(reservoir.step(draw(reservoir)[0]));
        }
        assertThat(begins).hasSize(STEPS - 1);
    }

    @Test
    void nothingIsDrawnBeforeTwoStepsFollowEachOther() {
        Reservoir reservoir = reservoir(40, 0, PAIRS, 5);
        insert(reservoir, 0, 0);
        insert(reservoir, 0, 2);
        insert(reservoir, 1, 1);
        assertThat(reservoir.canDraw()).isFalse();
        assertThat(reservoir.drawBatch(4, new int[8], new boolean[4])).isZero();
        insert(reservoir, 0, 1);
        assertThat(reservoir.canDraw()).isTrue();
        assertThat(window(reservoir, draw(reservoir))).isIn("0: 0 1", "0: 1 2");
    }

    @Test
    void aSimulationLeavesAsAWholeAndOnlyWhenAllItsWindowsWereDrawn() {
        Reservoir reservoir = reservoir(2 * STEPS, 0, PAIRS, 6);
        insertAll(reservoir, 2);
        int draws = 0;
        while (!reservoir.acceptsInsert()) {
            assertThatThrownBy(() -> insert(reservoir, 2, 0)).hasMessageContaining("draw first");
            draw(reservoir);
            draws++;
        }
        assertThat(draws).isGreaterThanOrEqualTo(STEPS - 1);
        insert(reservoir, 2, 0);
        assertThat(reservoir.size()).isEqualTo(STEPS + 1);
        assertThat(reservoir.evicted()).isEqualTo(STEPS);
    }

    @Test
    void whatCannotBeDrawnMakesRoomWhenNothingElseCan() {
        Reservoir reservoir = reservoir(5, 0, PAIRS, 7);
        for (int s = 0; s < 12; s++) {
            assertThat(reservoir.acceptsInsert()).isTrue();
            insert(reservoir, s, 0);
        }
        assertThat(reservoir.size()).isEqualTo(5);
        assertThat(reservoir.canDraw()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "1, 3", "2, 1"})
    void drainsEveryWindowThatBeginsAtAStepOnce(int bundle, int unroll) {
        SampleForm form = SampleForm.autoRegressive(bundle, unroll);
        Reservoir reservoir = reservoir(60, 30, form, 8);
        insertAll(reservoir, 5);
        insert(reservoir, 5, 3);
        reservoir.receptionOver();
        Set<String> begins = new HashSet<>();
        int draws = 0;
        while (reservoir.size() > 0) {
            int[] slots = draw(reservoir);
            assertThat(
                            begins.add(
                                    window(reservoir, slots).split(" ")[0]
                                            + reservoir.step(slots[0])))
                    .isTrue();
            draws++;
        }
        assertThat(draws).isEqualTo(5 * (STEPS - 2 * bundle + 1));
        assertThat(reservoir.drained()).isEqualTo(51);
        assertThat(reservoir.inserts()).isEqualTo(51);
    }

    @Test
    void aRestoredOneDecidesAsOneThatWasNeverInterrupted() throws IOException {
        SampleForm form = SampleForm.autoRegressive(1, 2);
        Reservoir whole = reservoir(35, 5, form, 9);
        Reservoir restored = reservoir(35, 5, form, 9);
        for (int i = 0; i < 400; i++) {
            int step = i % STEPS;
            long simulation = i / STEPS;
            assertThat(script(restored, simulation, step))
                    .isEqualTo(script(whole, simulation, step));
            if (i % 7 == 3) {
                restored = read(state(restored), form);
            }
        }
        assertThat(state(restored)).isEqualTo(state(whole));
    }

    private static String script(Reservoir reservoir, long simulation, int step) {
        StringBuilder drawn = new StringBuilder();
        while (!reservoir.acceptsInsert()
                || (reservoir.canDraw() && step % 3 == 0 && drawn.length() < 20)) {
            drawn.append(window(reservoir, draw(reservoir))).append(';');
        }
        insert(reservoir, simulation, step);
        return drawn.toString();
    }

    private static byte[] state(Reservoir reservoir) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        reservoir.writeTo(new DataOutputStream(out));
        return out.toByteArray();
    }

    private static Reservoir read(byte[] state, SampleForm form) throws IOException {
        return Reservoir.readFrom(
                spec(35, 5),
                form,
                STEPS,
                Reservoirs.rng(99),
                new DataInputStream(new ByteArrayInputStream(state)));
    }

    @Test
    void stepsThatWereLostTakeTheirWindowsWithThem() {
        Reservoir reservoir = reservoir(40, 0, PAIRS, 10);
        insertAll(reservoir, 1);
        reservoir.forEachOccupied(
                slot -> {
                    if (reservoir.step(slot) % 3 == 2) {
                        reservoir.remove(slot);
                    }
                });
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            seen.add(window(reservoir, draw(reservoir)));
        }
        assertThat(seen).containsExactlyInAnyOrder("0: 0 1", "0: 3 4", "0: 6 7");
        reservoir.receptionOver();
        for (int i = 0; i < 3; i++) {
            draw(reservoir);
        }
        assertThat(reservoir.size()).isZero();
    }

    @Test
    void stepsThatWereLostWhileItDrainedAreLeftOut() {
        Reservoir reservoir = reservoir(40, 0, PAIRS, 12);
        insertAll(reservoir, 2);
        reservoir.receptionOver();
        draw(reservoir);
        List<Integer> lost = new ArrayList<>();
        reservoir.forEachOccupied(
                slot -> {
                    if (reservoir.simulation(slot) == 0 || reservoir.step(slot) == 5) {
                        lost.add(slot);
                    }
                });
        lost.forEach(reservoir::remove);
        reservoir.settle();
        assertThat(reservoir.lost()).isEqualTo(lost.size());
        int draws = 0;
        while (reservoir.size() > 0) {
            draw(reservoir);
            draws++;
        }
        assertThat(draws).as("pairs within 0 to 4 and 6 to 9").isBetween(6, 7);
    }

    @Test
    void aSimulationThatWasGivenUpLeavesAtLast() {
        Reservoir reservoir = reservoir(3 * STEPS, 0, PAIRS, 13);
        insert(reservoir, 99, 0);
        for (int t = 0; t < 4; t++) {
            insert(reservoir, 98, t);
        }
        for (int s = 0; s < 12; s++) {
            for (int t = 0; t < STEPS; t++) {
                while (!reservoir.acceptsInsert()
                        || (reservoir.canDraw() && reservoir.draws() < 2 * reservoir.inserts())) {
                    draw(reservoir);
                }
                insert(reservoir, s, t);
            }
        }
        Set<Long> held = new HashSet<>();
        reservoir.forEachOccupied(slot -> held.add(reservoir.simulation(slot)));
        assertThat(held).doesNotContain(98L, 99L).contains(11L);
    }

    @Test
    void aSimulationUnderWayIsNotCutInPieces() {
        Reservoir reservoir = reservoir(2 * STEPS + 2, 0, PAIRS, 14);
        insertAll(reservoir, 2);
        insert(reservoir, 2, 0);
        insert(reservoir, 2, 1);
        while (!reservoir.acceptsInsert()) {
            draw(reservoir);
        }
        insert(reservoir, 2, 2);
        Set<Integer> steps = new HashSet<>();
        reservoir.forEachOccupied(
                slot -> {
                    if (reservoir.simulation(slot) == 2) {
                        steps.add(reservoir.step(slot));
                    }
                });
        assertThat(steps).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void aSimulationShorterThanAWindowIsRefused() {
        assertThatThrownBy(() -> reservoir(40, 0, SampleForm.autoRegressive(4, 1), 1))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("steps: 10 is not allowed; allowed: 12 to");
    }
}
